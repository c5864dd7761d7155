import { getEventListeners } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '@bbb/core';
import { runWorker } from '@bbb/sweep-bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
// The package does not export the place where this test puts announcements of other versions.
import { backendOf } from '../../packages/sweep-bullmq/src/backend/backend.js';
import { BOARD } from '../../packages/sweep-bullmq/src/protocol.js';
import { eventsOf, PLUGINS, tinyPlan } from '../support/sweeps/tiny.js';
import { mayMount, mountDisk } from '../support/machines/disk.js';
import {
  expectAsLocal,
  runOnHosts,
  slowPlan,
  startHost,
  starts,
  until,
  type Machine,
} from '../support/machines/machines.js';
import { withEachServer, type TestServer } from '../support/machines/servers.js';
import { sharedFolder } from '../support/folders.js';

/** Two real hosts and a real server. A third host cannot take part. */
withEachServer('a sweep on many machines, through $name', ({ name, start }) => {
  const folder = sharedFolder();
  const at = (name: string): string => join(folder, name);
  let server: TestServer;
  const hosts: Machine[] = [];

  beforeAll(async () => {
    server = await start();
    hosts.push(startHost(server.url), startHost(server.url, { upload: true }));
  });
  afterAll(async () => {
    await Promise.all(hosts.map((host) => host.end()));
    await server?.remove();
  });

  test('gives the bytes of a local run, through a shared folder and by upload', async () => {
    const plan = await slowPlan(folder, 6, 40);
    const { outcome, events } = await runOnHosts(plan, server.url, at('many'), '127.0.0.1:0');
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 6, failed: 0 } });
    expect(starts(folder, 6)).toEqual([1, 1, 1, 1, 1, 1]);
    // Both hosts ran trials.
    const warnings = eventsOf(events, 'warning').map(({ code }) => code);
    expect(warnings.filter((code) => code === 'I_HOST')).toHaveLength(2);
    await expectAsLocal(plan, at('many'), at('local'));
    // The coordinator moved all uploads of the hosts to their places.
    expect(existsSync(join(at('many'), 'sweep.inbox'))).toBe(false);
  });

  test('leaves nothing on the server', async () => {
    expect(await server.leftovers()).toEqual([]);
  });

  test('a failure of a trial is reported with its name, and only that trial fails', async () => {
    const plan = await tinyPlan({
      methods: [{ use: 'faulty', label: 'bad', options: { fault: 'throw' } }, { use: 'sgd' }],
    });
    const { outcome, events } = await runOnHosts(plan, server.url, at('failing'), '127.0.0.1:0');
    expect(outcome).toMatchObject({ status: 'failed', counts: { done: 1, failed: 1 } });
    const failures = eventsOf(events, 'trial-failed');
    // The trial is tried once more, like a local trial.
    expect(failures.map(({ willRetry }) => willRetry)).toEqual([true, false]);
    expect(failures[0]!.error).toMatchObject({ name: 'TypeError', message: 'the method broke' });
  });

  test('a host without the plugin, or without the folder, is refused with the reason; others do its work', async () => {
    const bare = startHost(server.url, { plugins: [PLUGINS[0]!] });
    hosts.push(bare);
    await bare.says('waiting for sweeps');
    const method = { use: 'faulty', options: { fault: 'sleep', ms: 300 } } as const;
    const slow = await tinyPlan({ methods: [method] });
    // Without --listen, the host that only uploads cannot take part either.
    const { outcome, events } = await runOnHosts(slow, server.url, at('refusing'));
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 1 } });
    const refusals = eventsOf(events, 'warning').filter(({ code }) => code === 'W_REFUSED');
    const text = refusals.map(({ message }) => message).join('\n');
    expect(text).toContain('it has no plugin with the method faulty, the data set toy');
    expect(text).toContain('start the sweep with --listen');
  });

  test.runIf(name === 'Redis')(
    'a Redis without memory refuses the whole sweep; with more memory the same command goes on',
    async () => {
      const client = new Redis(server.url);
      await client.config('SET', 'maxmemory', '1');
      const plan = await tinyPlan();
      const full = () => runOnHosts(plan, server.url, at('full'));
      await expect(full()).rejects.toMatchObject({ code: 'E_QUEUE_FULL' });
      // Results that hosts have sent wait for a run that accepts them.
      const sent = join(at('full'), 'sweep.inbox', 'sent');
      writeFileSync(sent, 'weights');
      await expect(full()).rejects.toMatchObject({ code: 'E_QUEUE_FULL' });
      expect(existsSync(sent)).toBe(true);
      await client.config('SET', 'maxmemory', '0');
      client.disconnect();
      expect((await full()).outcome).toMatchObject({ status: 'done' });
      expect(existsSync(sent)).toBe(false);
    },
  );

  test('a host refuses a sweep of another version, with any other content', async () => {
    const connection = (await backendOf(server.url)).connect();
    const board = connection.queue<unknown, unknown>(BOARD);
    const foreign = {
      queue: 'bbb-foreign',
      session: 'another',
      bbb: '99.0.0',
      nodeMajor: Number(process.versions.node.split('.')[0]),
      dir: folder,
      something: 'that this version does not know',
    };
    await board.add('sweep', foreign, { jobId: 'sweep-bbb-foreign' });
    const reason = `it has bbb ${VERSION}; the sweep needs 99.0.0.`;
    await hosts[0]!.says(reason);
    await until(
      async () => (await board.getJobLogs('sweep-bbb-foreign')).logs.join('\n').includes(reason),
      'the note',
    );
    await board.remove('sweep-bbb-foreign');
    await board.close();
    await connection.close();
  });

  test('a host frees everything of a sweep that it has left', async () => {
    const [stop, kill] = [new AbortController(), new AbortController()];
    let said = '';
    const host = runWorker({
      queue: server.url,
      plugins: PLUGINS,
      cwd: process.cwd(),
      workers: 1,
      leaseSeconds: 2,
      signal: stop.signal,
      kill: kill.signal,
      say: (text) => (said += `${text}\n`),
    });
    await runOnHosts(await slowPlan(folder, 2, 200), server.url, at('left'));
    await until(() => said.includes('there is nothing more to do'), 'its leave');
    expect(getEventListeners(kill.signal, 'abort')).toEqual([]);
    stop.abort();
    await host;
  });

  test.skipIf(!mayMount)("files that can't be removed at the end are not a failure", async () => {
    const plan = await slowPlan(folder, 1, 200);
    const sweep = runOnHosts(plan, server.url, at('held'));
    const inbox = join(at('held'), 'sweep.inbox');
    await until(() => existsSync(inbox), 'the inbox');
    const unmount = mountDisk(join(inbox, 'held'));
    try {
      const { outcome, events } = await sweep;
      expect(outcome).toMatchObject({ status: 'done', counts: { done: 1 } });
      expect(eventsOf(events, 'warning').map(({ code }) => code)).toContain('W_INBOX');
    } finally {
      unmount();
    }
  });

  test('a host that gets a signal finishes in order', async () => {
    const [host] = hosts;
    await host!.end('SIGTERM');
    expect(host!.process.exitCode).toBe(0);
  });
});
