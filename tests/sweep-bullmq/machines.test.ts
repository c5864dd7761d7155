import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '@bbb/core';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsOf, PLUGINS, tinyPlan } from '../sweep/fixtures/sweeps.js';
import {
  expectAsLocal,
  runOnHosts,
  slowPlan,
  startHost,
  starts,
  temporary,
  type Machine,
} from './fixtures/machines.js';
import { hasRedis, testRedis, type TestRedis } from './fixtures/redis.js';

/** Two real hosts and a real Redis; the third host is one that can't take part. */
describe.skipIf(!hasRedis)('a sweep on many machines', () => {
  const folder = temporary();
  const at = (name: string): string => join(folder.path, name);
  let redis: TestRedis;
  const hosts: Machine[] = [];

  beforeAll(async () => {
    redis = await testRedis();
    hosts.push(startHost(redis.url), startHost(redis.url, { upload: true }));
  });
  afterAll(async () => {
    await Promise.all(hosts.map((host) => host.end()));
    await redis?.remove();
    folder.remove();
  });

  test('gives the bits of a local run, through a shared folder and by upload', async () => {
    const plan = await slowPlan(folder.path, 6, 40);
    const { outcome, events } = await runOnHosts(plan, redis.url, at('many'), '127.0.0.1:0');
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 6, failed: 0 } });
    expect(starts(folder.path, 6)).toEqual([1, 1, 1, 1, 1, 1]);
    // Both took part.
    const warnings = eventsOf(events, 'warning').map(({ code }) => code);
    expect(warnings.filter((code) => code === 'I_HOST')).toHaveLength(2);
    await expectAsLocal(plan, at('many'), at('local'));
    // What arrived from the hosts has gone where it belongs.
    expect(existsSync(join(at('many'), 'sweep.inbox'))).toBe(false);
  });

  test('leaves nothing of itself in Redis', async () => {
    const client = new Redis(redis.url);
    const jobs = (await client.keys('*')).filter((key) => key.includes('trial-') || key.includes('sweep-'));
    expect(jobs).toEqual([]);
    client.disconnect();
  });

  test('a failure of a trial comes back with its name, and only that trial fails', async () => {
    const plan = await tinyPlan({
      methods: [{ use: 'faulty', label: 'bad', options: { fault: 'throw' } }, { use: 'sgd' }],
    });
    const { outcome, events } = await runOnHosts(plan, redis.url, at('failing'), '127.0.0.1:0');
    expect(outcome).toMatchObject({ status: 'failed', counts: { done: 1, failed: 1 } });
    const failures = eventsOf(events, 'trial-failed');
    // Tried again once, as for local trials.
    expect(failures.map(({ willRetry }) => willRetry)).toEqual([true, false]);
    expect(failures[0]!.error).toMatchObject({ name: 'TypeError', message: 'the method broke' });
  });

  test('a host without the plugin, or without the folder, is refused with the reason; others do its work', async () => {
    const bare = startHost(redis.url, { plugins: [PLUGINS[0]!] });
    hosts.push(bare);
    await bare.says('waiting for sweeps');
    const method = { use: 'faulty', options: { fault: 'sleep', ms: 300 } } as const;
    const slow = await tinyPlan({ methods: [method] });
    // No --listen: the host that only uploads can't take part either.
    const { outcome, events } = await runOnHosts(slow, redis.url, at('refusing'));
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 1 } });
    const refusals = eventsOf(events, 'warning').filter(({ code }) => code === 'W_REFUSED');
    const text = refusals.map(({ message }) => message).join('\n');
    expect(text).toContain('it has no plugin with the method faulty, the data set toy');
    expect(text).toContain('start the sweep with --listen');
  });

  test('a Redis without memory refuses the sweep as a whole; with more of it the same command goes on', async () => {
    const client = new Redis(redis.url);
    await client.config('SET', 'maxmemory', '1');
    const plan = await tinyPlan();
    const full = runOnHosts(plan, redis.url, at('full'));
    await expect(full).rejects.toMatchObject({ code: 'E_REDIS_FULL' });
    await client.config('SET', 'maxmemory', '0');
    client.disconnect();
    expect((await runOnHosts(plan, redis.url, at('full'))).outcome).toMatchObject({ status: 'done' });
  });

  test('a host refuses a sweep of another version, and says so', async () => {
    const board = new Queue('bbb-sweeps', { connection: { url: redis.url } });
    const foreign = {
      format: 'bbb-announcement/1',
      queue: 'bbb-foreign',
      session: 'another',
      bbb: '99.0.0',
      nodeMajor: Number(process.versions.node.split('.')[0]),
      methods: [],
      pruners: [],
      plugins: [],
      data: [],
      dir: folder.path,
      nonce: `nonce-${randomUUID()}`,
      upload: { url: 'http://127.0.0.1:9', token: '' },
    };
    await board.add('sweep', foreign, { jobId: 'sweep-bbb-foreign' });
    const reason = `it has bbb ${VERSION}; the sweep needs 99.0.0.`;
    await hosts[0]!.says(reason);
    const { logs } = await board.getJobLogs('sweep-bbb-foreign');
    expect(logs.join('\n')).toContain(reason);
    await board.remove('sweep-bbb-foreign');
    await board.close();
  });

  test('a host that was there before Redis waits for it', async () => {
    const later = await testRedis();
    await later.kill();
    const early = startHost(later.url);
    hosts.push(early);
    await early.says('does not answer');
    await later.start();
    await early.says('waiting for sweeps');
    await early.end();
    await later.remove();
  });

  test('a host that is told to leave goes in order', async () => {
    const [host] = hosts;
    await host!.end('SIGTERM');
    expect(host!.process.exitCode).toBe(0);
  });
});
