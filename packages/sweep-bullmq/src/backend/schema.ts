import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  runMigrations,
  SchemaMigrationRequiredError,
} from 'bullmq';
import type { Client } from 'pg';
import { BbbError } from '@bbb/core';

/** Tables and sequences of BullMQ's schema that a role may not use as bbb does. */
const FORBIDDEN = `
  SELECT c.relname AS name
    FROM pg_class c
   WHERE c.relnamespace = 'bullmq'::regnamespace
     AND CASE
           WHEN c.relkind IN ('r', 'p') THEN NOT (
             has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AND
             has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
           WHEN c.relkind = 'S' THEN NOT has_sequence_privilege(c.oid, 'USAGE')
         END
   ORDER BY 1`;

/**
 * Makes sure that BullMQ's tables exist in the version that it needs, and that they may be used. The first process creates them; BullMQ
 * lets one at a time do so.
 * @throws BbbError `E_QUEUE_ACCESS`; what PostgreSQL and BullMQ throw
 */
export async function prepareSchema(client: Client): Promise<void> {
  if ((await schemaVersion(client)) < LATEST_SCHEMA_VERSION) {
    await runMigrations(client).catch((cause: unknown) => {
      throw (cause as { code?: string }).code === '42501' ? mayNotMigrate(client, cause) : cause;
    });
  }
  const { rows } = await client.query<{ name: string }>(FORBIDDEN);
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(', ');
  throw new BbbError(
    'E_QUEUE_ACCESS',
    `The role ${client.user} may not use the tables of BullMQ: ${names}.`,
    {
      hint: `As their owner: GRANT ALL ON ALL TABLES IN SCHEMA bullmq TO ${client.user}; and the same for ALL SEQUENCES.`,
    },
  );
}

/** The version of BullMQ's schema; 0 when there is none. */
async function schemaVersion(client: Client): Promise<number> {
  try {
    return await assertSchemaCompatibility(client);
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 0;
    throw error;
  }
}

function mayNotMigrate({ user, database }: Client, cause: unknown): BbbError {
  return new BbbError(
    'E_QUEUE_ACCESS',
    `The tables of BullMQ are missing from the database ${database}, or too old, and the role ${user} may not create them.`,
    {
      hint: `Allow it (GRANT CREATE ON DATABASE ${database} TO ${user};), or run bbb worker once as a role that may create tables.`,
      cause,
    },
  );
}
