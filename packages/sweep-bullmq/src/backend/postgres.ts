import { createPostgresBackend, type BackendFactory } from 'bullmq';
import pg from 'pg';
import { publicAddress } from './address.js';
import { checkClock } from './clock.js';
import { connectionOver, type Backend } from './backend.js';
import { patientPool } from './patient-pool.js';
import { postgresError } from './postgres-error.js';
import { prepareSchema } from './schema.js';

/** How long to wait for a connection, milliseconds. */
const CONNECT_MS = 5000;
/** Connections of one coordinator, or of one sweep on a host; one of them listens. */
const CONNECTIONS = 4;

/** Keeps jobs in the schema `bullmq` of a database, which is created at first use. */
export function postgresBackend(url: string): Backend {
  const address = publicAddress(url);
  const config = { connectionString: url, connectionTimeoutMillis: CONNECT_MS, application_name: 'bbb' };
  return {
    name: 'PostgreSQL',
    address,
    async check() {
      const client = new pg.Client(config);
      // The connection may break while idle; the next query reports it.
      client.on('error', () => undefined);
      try {
        await client.connect();
        await checkClock(client);
        await prepareSchema(client);
      } catch (error) {
        throw postgresError(error as Error, address);
      } finally {
        await client.end().catch(() => undefined);
      }
    },
    connect() {
      const pool = patientPool(
        new pg.Pool({ ...config, max: CONNECTIONS, keepAlive: true, options: '-c search_path=bullmq' }),
      );
      return connectionOver(pool, createPostgresBackend as unknown as BackendFactory<never, never>, () =>
        pool.end(),
      );
    },
    explain: (thrown) => (thrown instanceof pg.DatabaseError ? postgresError(thrown, address) : thrown),
  };
}
