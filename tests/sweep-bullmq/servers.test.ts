import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { bullmqExecutor, runWorker } from '@bbb/sweep-bullmq';
import { assertSchemaCompatibility, LATEST_SCHEMA_VERSION, runMigrations } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
// The backends report what is wrong with a server; the executor and the hosts pass the errors on.
import { publicAddress } from '../../packages/sweep-bullmq/src/backend/address.js';
import { backendOf } from '../../packages/sweep-bullmq/src/backend/backend.js';
import { PLUGINS, run, tinyPlan } from '../support/sweeps/tiny.js';
import { hasPostgres, testPostgres } from '../support/machines/postgres.js';
import { freePort, hasRedis, testRedis } from '../support/machines/redis.js';
import type { TestServer } from '../support/machines/servers.js';
import { temporaryFolder } from '../support/folders.js';

/** The migrations of BullMQ itself, so that a test can omit the last one. */
const { MIGRATIONS } = createRequire(import.meta.url)('bullmq/dist/cjs/postgres/migrations/index.js') as {
  MIGRATIONS: object[];
};

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** The error of a server that cannot be used. */
async function refusal(url: string): Promise<Refusal> {
  const backend = await backendOf(url);
  const error = await backend.check().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error, `${backend.name} took everything`).toBeDefined();
  return error as Refusal;
}

test('addresses are shown without secrets', () => {
  expect(publicAddress('redis://:secret@host:6379/2')).toBe('redis://host:6379/2');
  expect(publicAddress('postgres://me:secret@host:5432/db?sslmode=require')).toBe(
    'postgres://me@host:5432/db',
  );
  expect(publicAddress('postgresql:///db?host=/run/postgresql&password=secret')).toBe(
    'postgresql:///db?host=/run/postgresql',
  );
  expect(publicAddress('redis://:sec@ret@ho st:x')).toBe('redis://***@ho st:x');
  expect(publicAddress('me:secret@host')).not.toContain('secret');
});

test('an address of another kind of server is refused, without showing its password', async () => {
  for (const url of ['mysql://me:secret@host/db', ':secret@host', 'redis:// :secret@ho st']) {
    const error = (await backendOf(url).catch((thrown: unknown) => thrown)) as Refusal;
    expect(error).toMatchObject({ code: 'E_QUEUE_URL', hint: expect.stringContaining('postgres://') });
    expect(error.message).not.toContain('secret');
  }
});

test.each(['redis://:secret@127.0.0.1', 'postgres://me:secret@127.0.0.1'])(
  'without a server a sweep ends before it starts, with what to do; the password is not shown: %s',
  async (address) => {
    const folder = temporaryFolder();
    const executor = bullmqExecutor({ queue: `${address}:${await freePort()}/0` });
    const sweep = run(await tinyPlan(), { dir: join(folder, 's'), executor });
    const error = (await sweep.catch((thrown: unknown) => thrown)) as Refusal;
    expect(error).toMatchObject({ code: 'E_QUEUE_DOWN', hint: expect.stringContaining('Start it') });
    expect(error.message).toContain('ECONNREFUSED');
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('secret');
  },
);

describe.runIf(hasRedis)('a Redis', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await testRedis();
  });
  afterAll(() => server.remove());

  test('that lacks the database', async () => {
    expect(await refusal(`${server.url}/99`)).toMatchObject({ code: 'E_QUEUE_DATABASE' });
  });

  test('whose user lacks rights, or that is a replica, gives another error than one that is down', async () => {
    const client = new Redis(server.url);
    const users: [string, string[], string][] = [
      ['no-info', ['~*', '&*', '+@all', '-info'], 'INFO'],
      ['no-scripts', ['~*', '&*', '+@all', '-@scripting'], 'scripts'],
      ['no-keys', ['~other:*', '&*', '+@all'], 'bull:*'],
    ];
    for (const [name, rights, words] of users) {
      await client.call('ACL', ['SETUSER', name, 'on', '>right', ...rights]);
      const error = await refusal(server.url.replace('//', `//${name}:right@`));
      expect(error).toMatchObject({ code: 'E_QUEUE_ACCESS', hint: expect.stringContaining(words) });
    }
    await client.call('ACL', ['SETUSER', 'enough', 'on', '>right', '~bull:*', '&*', '+@all']);
    await (await backendOf(server.url.replace('//', '//enough:right@'))).check();

    await client.call('REPLICAOF', ['127.0.0.1', String(await freePort())]);
    expect(await refusal(server.url)).toMatchObject({
      code: 'E_QUEUE_ACCESS',
      hint: expect.stringContaining('primary'),
    });
    await client.call('REPLICAOF', ['NO', 'ONE']);
    expect(await client.keys('bull:bbb-check')).toEqual([]);
    client.disconnect();
  });

  test('whose address has a word as database number', async () => {
    expect(await refusal(`${server.url}/abc`)).toMatchObject({ code: 'E_QUEUE_DATABASE' });
  });

  test('that accepts the connection and does not answer', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    expect(await refusal(`redis://127.0.0.1:${port}`)).toMatchObject({ code: 'E_QUEUE_DOWN' });
    silent.close();
  });

  test('that needs another password: a host does not wait', async () => {
    const client = new Redis(server.url);
    await client.config('SET', 'requirepass', 'right');
    client.disconnect();
    const url = (password: string): string => server.url.replace('//', `//:${password}@`);
    const error = await refusal(url('wrong'));
    expect(error).toMatchObject({ code: 'E_QUEUE_ACCESS' });
    expect(error.message).not.toContain('wrong@');
    expect(await refusal(server.url)).toMatchObject({ code: 'E_QUEUE_ACCESS' });
    const { signal } = new AbortController();
    const options = { plugins: PLUGINS, cwd: process.cwd(), leaseSeconds: 2, signal, kill: signal };
    const host = runWorker({ ...options, queue: url('wrong'), say: () => undefined });
    await expect(host).rejects.toMatchObject({ code: 'E_QUEUE_ACCESS' });
    await (await backendOf(url('right'))).check();
  });
});

describe.runIf(hasPostgres)('a PostgreSQL', () => {
  let server: TestServer;
  /** Runs statements as the superuser of the server. */
  const sql = async (...statements: string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  const address = (role: string, database: string): string =>
    server.url.replace('bbb@', `${role}@`).replace(/\w+$/, database);

  beforeAll(async () => {
    server = await testPostgres();
    await sql(
      'CREATE ROLE guest LOGIN',
      "CREATE ROLE locked LOGIN PASSWORD 'right'",
      'CREATE DATABASE empty',
    );
  });
  afterAll(() => server.remove());

  test('that lacks the database or the role', async () => {
    const missing = await refusal(address('bbb', 'nowhere'));
    expect(missing).toMatchObject({ code: 'E_QUEUE_DATABASE', hint: expect.stringContaining('createdb') });
    expect(missing.message).toContain('"nowhere" does not exist');
    const nobody = await refusal(address('nobody', 'postgres'));
    expect(nobody).toMatchObject({ code: 'E_QUEUE_ACCESS' });
    expect(nobody.message).toContain('role "nobody" does not exist');
  });

  test('whose role may not make the tables, may not use them, or may do both', async () => {
    const guest = address('guest', 'empty');
    const first = await refusal(guest);
    expect(first).toMatchObject({ code: 'E_QUEUE_ACCESS', hint: expect.stringContaining('GRANT CREATE') });
    expect(first.message).toContain('missing from the database empty');

    await (await backendOf(address('bbb', 'empty'))).check();
    expect(await refusal(guest)).toMatchObject({
      code: 'E_QUEUE_ACCESS',
      message: expect.stringContaining('permission denied for schema bullmq'),
    });

    const inEmpty = async (statement: string): Promise<void> => {
      const client = new pg.Client({ connectionString: address('bbb', 'empty') });
      await client.connect();
      await client.query(statement);
      await client.end();
    };
    await inEmpty(
      'GRANT USAGE ON SCHEMA bullmq TO guest; GRANT SELECT ON ALL TABLES IN SCHEMA bullmq TO guest',
    );
    const third = await refusal(guest);
    expect(third).toMatchObject({ code: 'E_QUEUE_ACCESS', hint: expect.stringContaining('GRANT ALL') });
    expect(third.message).toContain('job_seq');

    await inEmpty(
      'GRANT ALL ON ALL TABLES IN SCHEMA bullmq TO guest; GRANT ALL ON ALL SEQUENCES IN SCHEMA bullmq TO guest',
    );
    const backend = await backendOf(guest);
    await backend.check();
    // The rights that the hint asks for are enough.
    const connection = backend.connect();
    const queue = connection.queue<{ x: number }, unknown>('of-a-guest');
    await queue.add('job', { x: 1 }, { jobId: 'trial-1' });
    expect((await queue.getJob('trial-1'))?.data).toEqual({ x: 1 });
    await queue.obliterate({ force: true });
    await queue.close();
    await connection.close();
  });

  test('whose clock differs', async () => {
    for (const [hours, text] of [
      [1, 'is 3600 s ahead of'],
      [-1, 'is 3600 s behind'],
    ] as const) {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 });
      try {
        const error = await refusal(server.url);
        expect(error).toMatchObject({ code: 'E_QUEUE_CLOCK', hint: expect.stringContaining('NTP') });
        expect(error.message).toContain(text);
      } finally {
        vi.useRealTimers();
      }
    }
  });

  test('whose tables are old are brought up to date; newer ones are refused', async () => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const newest = MIGRATIONS.pop()!;
    expect(await runMigrations(client).finally(() => MIGRATIONS.push(newest))).toBe(LATEST_SCHEMA_VERSION);
    expect(await assertSchemaCompatibility(client)).toBe(LATEST_SCHEMA_VERSION - 1);
    await (await backendOf(server.url)).check();
    expect(await assertSchemaCompatibility(client)).toBe(LATEST_SCHEMA_VERSION);
    await client.end();
    await sql("INSERT INTO bullmq.migration (version, name, min_client_version) VALUES (999, 'future', 99)");
    expect(await refusal(server.url)).toMatchObject({
      code: 'E_QUEUE_VERSION',
      message: expect.stringContaining('requires BullMQ major version 99'),
    });
    await sql('DELETE FROM bullmq.migration WHERE version = 999');
  });

  test('that needs a password, and gets none, a wrong one, or the right one', async () => {
    await sql(`COPY (SELECT 'host all all 127.0.0.1/32 scram-sha-256') TO PROGRAM 'cat > pg_hba.conf'`);
    await sql('SELECT pg_reload_conf()').catch(() => undefined);
    const url = (password: string): string => address(`locked${password}`, 'postgres');
    expect(await refusal(url(''))).toMatchObject({ code: 'E_QUEUE_ACCESS' });
    const error = await refusal(url(':wrong'));
    expect(error).toMatchObject({ code: 'E_QUEUE_ACCESS', hint: expect.stringContaining('PGPASSWORD') });
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain(':wrong');
    // A user who may connect, but has no rights to the tables, which another user made.
    expect((await refusal(url(':right'))).message).toContain('permission denied for schema bullmq');
  });
});
