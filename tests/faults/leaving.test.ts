import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  expectAsLocal,
  runOnHosts,
  slowPlan,
  startCoordinator,
  startHost,
  starts,
  temporary,
  until,
  type Machine,
} from '../support/machines/machines.js';
import { withEachServer, type TestServer } from '../support/machines/servers.js';

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

withEachServer('stopping beside a $name while something is gone', ({ name, start }) => {
  let folder: ReturnType<typeof temporary>;
  let server: TestServer;
  let machines: Machine[];
  const at = (part: string): string => join(folder.path, part);
  const host = async (options: Parameters<typeof startHost>[1] = {}): Promise<Machine> => {
    const started = startHost(server.url, options);
    machines.push(started);
    await started.says('waiting for sweeps');
    return started;
  };
  const begun = (trials: number): Promise<void> =>
    until(() => sum(starts(folder.path, trials)) >= 1, 'the start of a trial');

  beforeEach(async () => {
    folder = temporary();
    server = await start();
    machines = [];
  });
  afterEach(async () => {
    await Promise.all(machines.map((machine) => machine.end()));
    await server.remove();
    folder.remove();
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'a coordinator stops although its host got %s at the same moment',
    async (signal) => {
      const plan = await slowPlan(folder.path, 2, 200);
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

  test('a host leaves although the coordinator that it uploads to is gone', async () => {
    const plan = await slowPlan(folder.path, 1, 150);
    const one = await host({ upload: true });
    const where = { queue: server.url, dir: at('sweep'), listen: '127.0.0.1:0' };
    const coordinator = startCoordinator(plan, where);
    machines.push(coordinator);
    await begun(1);
    await until(() => existsSync(join(at('sweep'), 'trials', plan.trials[0]!.id)), 'the folder');
    coordinator.process.kill('SIGSTOP');
    await sleep(1000);
    one.process.kill('SIGTERM');
    await sleep(1000);
    const asked = performance.now();
    await one.end('SIGTERM');
    expect(performance.now() - asked).toBeLessThan(40_000);
  });

  test('a host that can not reach the address for uploads says so, and takes no trial', async () => {
    const plan = await slowPlan(folder.path, 1, 1);
    const one = await host({ upload: true });
    const stop = new AbortController();
    const sweep = runOnHosts(plan, server.url, at('sweep'), undefined, { signal: stop.signal });
    await one.says('start the sweep with --listen');
    stop.abort();
    await sweep;
    expect(sum(starts(folder.path, 1))).toBe(0);
  });

  test.runIf(name === 'Redis')('a Redis that comes back empty: everything is done all the same', async () => {
    const plan = await slowPlan(folder.path, 6, 60);
    await host();
    const sweep = runOnHosts(plan, server.url, at('sweep'));
    await until(() => sum(starts(folder.path, 6)) >= 2, 'the second trial');
    const client = new Redis(server.url);
    await client.flushall();
    client.disconnect();
    const { outcome } = await sweep;
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 6, failed: 0 } });
    await expectAsLocal(plan, at('sweep'), at('local'));
    expect(await server.leftovers()).toEqual([]);
  });
});
