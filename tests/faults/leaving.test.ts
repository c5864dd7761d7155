import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../support/machines/redis.js';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  expectAsLocal,
  runOnHosts,
  slowPlan,
  startCoordinator,
  startHost,
  starts,
  until,
  type Machine,
} from '../support/machines/machines.js';
import { withEachServer, type TestServer } from '../support/machines/servers.js';
import { temporaryFolder } from '../support/folders.js';

/** Whether a process has unread data at its port, as a process that SIGSTOP holds. Linux lists this in a file. */
function leavesUnread(port: number): boolean {
  const address = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  return sockets
    .map((line) => line.trim().split(/\s+/))
    .some(([, local, , , queues]) => local!.endsWith(address) && !queues!.endsWith(':00000000'));
}

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

withEachServer('stopping beside a $name while something is gone', ({ name, start }) => {
  let folder: string;
  let server: TestServer;
  let machines: Machine[];
  const at = (part: string): string => join(folder, part);
  const host = async (options: Parameters<typeof startHost>[1] = {}): Promise<Machine> => {
    const started = startHost(server.url, options);
    machines.push(started);
    await started.says('waiting for sweeps');
    return started;
  };
  const begun = (trials: number): Promise<void> =>
    until(() => sum(starts(folder, trials)) >= 1, 'the start of a trial');

  beforeEach(async () => {
    folder = temporaryFolder();
    server = await start();
    machines = [];
  });
  afterEach(async () => {
    await Promise.all(machines.map((machine) => machine.end()));
    await server.remove();
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'a coordinator ends although its host got %s at the same moment',
    async (signal) => {
      const plan = await slowPlan(folder, 2, 200);
      const first = await host();
      const stop = new AbortController();
      const sweep = runOnHosts(plan, server.url, at('sweep'), undefined, { signal: stop.signal });
      await begun(2);
      const gone = first.end(signal);
      stop.abort();
      await gone;
      const { outcome } = await sweep;
      expect(outcome).toMatchObject({ status: 'interrupted', counts: { failed: 0, running: 0 } });
      await host();
      await runOnHosts(plan, server.url, at('sweep'));
      await expectAsLocal(plan, at('sweep'), at('local'));
    },
  );

  test.runIf(process.platform === 'linux')(
    'a host ends although the coordinator that it uploads to has ended',
    async () => {
      const plan = await slowPlan(folder, 1, 150);
      const one = await host({ upload: true });
      const port = await freePort();
      const where = { queue: server.url, dir: at('sweep'), listen: `127.0.0.1:${port}` };
      const coordinator = startCoordinator(plan, where);
      machines.push(coordinator);
      await begun(1);
      coordinator.process.kill('SIGSTOP');
      await until(() => leavesUnread(port), 'an upload that hangs');
      one.process.kill('SIGTERM');
      await one.says('heard SIGTERM');
      const asked = performance.now();
      await one.end('SIGTERM');
      expect(performance.now() - asked).toBeLessThan(40_000);
    },
  );

  test("a host that can't reach the address for uploads reports this, and takes no trial", async () => {
    const plan = await slowPlan(folder, 1, 1);
    const one = await host({ upload: true });
    const stop = new AbortController();
    const sweep = runOnHosts(plan, server.url, at('sweep'), undefined, { signal: stop.signal });
    await one.says('start the sweep with --listen');
    stop.abort();
    await sweep;
    expect(sum(starts(folder, 1))).toBe(0);
  });

  test.runIf(name === 'Redis')('a Redis that restarts empty: every trial is done anyway', async () => {
    const plan = await slowPlan(folder, 6, 60);
    await host();
    const sweep = runOnHosts(plan, server.url, at('sweep'));
    await until(() => sum(starts(folder, 6)) >= 2, 'the second trial');
    const client = new Redis(server.url);
    await client.flushall();
    client.disconnect();
    const { outcome } = await sweep;
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 6, failed: 0 } });
    await expectAsLocal(plan, at('sweep'), at('local'));
    expect(await server.leftovers()).toEqual([]);
  });
});
