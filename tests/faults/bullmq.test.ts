import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRegistry, fingerprint, loadPlugins, type SweepEvent, type SweepOutcome } from '@bbb/core';
import { planSweep, readSweep, type Plan } from '@bbb/sweep';
import type { WorkerOptions } from '@bbb/sweep-bullmq';
import { writeIdx } from '../support/idx-files.js';
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
import { adaptivePlan, searchOf, stopsOf } from '../support/machines/searches.js';
import { eventsOf, PLUGINS, run, tinyPlan } from '../support/sweeps/tiny.js';
import { temporaryFolder } from '../support/folders.js';

/** The outcome of a coordinator that runs in another process. */
async function outcomeOf(coordinator: Machine): Promise<SweepOutcome> {
  await coordinator.says('"sweep-done"');
  const last = coordinator.output().trim().split('\n').at(-1)!;
  return (JSON.parse(last) as { outcome: SweepOutcome }).outcome;
}

/** Whether a host has put the result of a trial into the inbox of a sweep. */
function hasResult(dir: string): boolean {
  const inbox = join(dir, 'sweep.inbox');
  return readdirSync(inbox, { recursive: true, withFileTypes: true }).some(
    (entry) =>
      entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes('"format":"bbb-result'),
  );
}

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

withEachServer('faults of hosts, of $name and of the coordinator', ({ start }) => {
  let folder: string;
  let server: TestServer;
  let machines: Machine[];
  const at = (name: string): string => join(folder, name);
  const keep = (machine: Machine): Machine => {
    machines.push(machine);
    return machine;
  };
  const host = async (): Promise<Machine> => {
    const started = keep(startHost(server.url));
    await started.says('waiting for sweeps');
    return started;
  };

  beforeEach(async () => {
    folder = temporaryFolder();
    server = await start();
    machines = [];
  });
  afterEach(async () => {
    await Promise.all(machines.map((machine) => machine.end()));
    await server.remove();
  });

  test('kill -9 of a host in the middle of a trial: another host goes on from its checkpoint', async () => {
    const plan = await slowPlan(folder, 3, 150);
    const first = await host();
    const sweep = runOnHosts(plan, server.url, at('sweep'));
    const second = join(at('sweep'), 'trials', plan.trials[1]!.id);
    await until(
      () => existsSync(join(second, 'checkpoint-1.safetensors')),
      'a checkpoint of the second trial',
    );
    await first.end('SIGKILL');
    await host();
    const { outcome, events } = await sweep;
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 3, failed: 0 } });
    expect(sum(starts(folder, 3))).toBe(4);
    const taken = eventsOf(events, 'warning').filter(({ code }) => code === 'W_LEASE');
    expect(taken).toHaveLength(1);
    // The second attempt started from a checkpoint.
    const begun = eventsOf(events, 'trial-start').filter(({ id }) => id === taken[0]!.id);
    expect(begun.at(-1)!.resumedEpochs.length).toBeGreaterThan(0);
    await expectAsLocal(plan, at('sweep'), at('local'));
  });

  test('the same trial kills three hosts: the fourth one finishes it', async () => {
    const plan = await slowPlan(folder, 1, 250);
    const sweep = runOnHosts(plan, server.url, at('sweep'));
    for (let kills = 1; kills <= 3; kills++) {
      const victim = await host();
      await until(() => sum(starts(folder, 1)) === kills, `start ${kills}`);
      await victim.end('SIGKILL');
    }
    await host();
    const { outcome } = await sweep;
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 1, failed: 0 } });
    expect(starts(folder, 1)).toEqual([4]);
    await expectAsLocal(plan, at('sweep'), at('local'));
  });

  test('a host that was frozen until its lease ended: one result, and its later messages are ignored', async () => {
    const plan = await slowPlan(folder, 1, 300);
    const frozen = await host();
    const seen: SweepEvent['type'][] = [];
    const onEvent = ({ type }: SweepEvent): void => void seen.push(type);
    const sweep = runOnHosts(plan, server.url, at('sweep'), undefined, { onEvent });
    await until(() => seen.includes('epoch'), 'an epoch of the first host');
    frozen.process.kill('SIGSTOP');
    await host();
    await until(() => sum(starts(folder, 1)) === 2, 'the second start');
    await until(
      () => seen.lastIndexOf('epoch') > seen.lastIndexOf('trial-start'),
      'an epoch of the second host',
    );
    frozen.process.kill('SIGCONT');
    const { outcome, events } = await sweep;
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 1, failed: 0 } });
    expect(eventsOf(events, 'trial-done')).toHaveLength(1);
    expect(eventsOf(events, 'warning').map(({ code }) => code)).toContain('W_LEASE');
    await expectAsLocal(plan, at('sweep'), at('local'));
    // The host that was stopped is alive, and waits for the next sweep.
    await frozen.says('nothing more to do');
  });

  test('kill -9 of the server, then a new start: every trial is done exactly once', async () => {
    const plan = await slowPlan(folder, 8, 60);
    await Promise.all([host(), host()]);
    const seen: SweepEvent[] = [];
    const onEvent = (event: SweepEvent): void => void seen.push(event);
    const sweep = runOnHosts(plan, server.url, at('sweep'), undefined, { onEvent });
    await until(() => sum(starts(folder, 8)) >= 3, 'the third trial');
    await server.kill();
    await until(() => eventsOf(seen, 'warning').some(({ code }) => code === 'W_SERVER'), 'word of the loss');
    await server.start();
    const { outcome, events } = await sweep;
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 8, failed: 0 } });
    expect(eventsOf(events, 'warning').map(({ code }) => code)).toContain('W_SERVER');
    await expectAsLocal(plan, at('sweep'), at('local'));
  });

  test('kill -9 of the coordinator, then the same command: all 20 trials are done, none twice', async () => {
    const plan: Plan = await slowPlan(folder, 20, 40);
    await Promise.all([host(), host()]);
    const first = keep(startCoordinator(plan, { queue: server.url, dir: at('sweep') }));
    await until(() => sum(starts(folder, 20)) >= 6, 'the sixth trial');
    await first.end('SIGKILL');
    // The hosts continue without a coordinator.
    const before = sum(starts(folder, 20));
    await until(() => sum(starts(folder, 20)) > before, 'another trial');
    const second = keep(startCoordinator(plan, { queue: server.url, dir: at('sweep') }));
    const outcome = await outcomeOf(second);
    expect(outcome.error).toBeUndefined();
    expect(outcome).toMatchObject({ status: 'done', counts: { total: 20, done: 20, failed: 0 } });
    // The second coordinator accepted the trials that ended while no coordinator ran.
    expect(starts(folder, 20)).toEqual(Array.from({ length: 20 }, () => 1));
    await expectAsLocal(plan, at('sweep'), at('local'));
  });

  test('kill -9 of the coordinator during a search: the same proposals and decisions as undisturbed', async () => {
    const plan = await adaptivePlan(8, 120);
    await run(plan, { dir: at('local'), workers: 1 });
    await host();
    const options = { queue: server.url, dir: at('sweep'), workers: 1 };
    const started = (of: Machine): number => of.output().split('"trial-start"').length - 1;
    // First during the second trial, which then ends alone. Then later, when there are results to learn from.
    for (const trials of [1, 3]) {
      const coordinator = keep(startCoordinator(plan, options));
      await until(() => started(coordinator) > trials, `the start of ${trials + 1} trials`);
      await until(
        () => coordinator.output().lastIndexOf('"epoch"') > coordinator.output().lastIndexOf('"trial-start"'),
        'an epoch',
      );
      await coordinator.end('SIGKILL');
      if (trials === 1) await until(() => hasResult(at('sweep')), 'a result that nobody has taken');
    }
    const { outcome } = await runOnHosts(plan, server.url, at('sweep'), undefined, { workers: 1 });
    expect(outcome).toMatchObject({ status: 'done', counts: { total: 8, failed: 0 } });
    expect(searchOf(at('sweep'))).toEqual(searchOf(at('local')));
    expect(stopsOf(at('sweep'))).toEqual(stopsOf(at('local')));
    const [there, here] = [await readSweep(at('sweep')), await readSweep(at('local'))];
    expect(there.results.map(fingerprint)).toEqual(here.results.map(fingerprint));
    expect(there.stoppedEarly).toEqual(here.stoppedEarly);
    expect(there.stoppedEarly!.length).toBeGreaterThan(0);
  });

  test('a plugin is edited while the coordinator is away: a host with the old plugin is refused, a new host does the work', async () => {
    const plan = await slowPlan(folder, 4, 100);
    const own = at('own.mjs');
    const plugins = [...PLUGINS, own];
    const options = { queue: server.url, dir: at('sweep'), plugins };
    writeFileSync(own, "export default { name: 'own' };");
    const old = keep(startHost(server.url, { plugins }));
    const first = keep(startCoordinator(plan, options));
    await until(() => sum(starts(folder, 4)) > 0, 'a start');
    await first.end('SIGKILL');
    writeFileSync(own, "export default { name: 'own', presets: {} };");
    const second = keep(startCoordinator(plan, options));
    const reason = 'one of its plugins has changed since it was started; start it again.';
    await old.says(reason);
    keep(startHost(server.url, { plugins }));
    expect(await outcomeOf(second)).toMatchObject({ status: 'done', counts: { done: 4, failed: 0 } });
    expect(second.output()).toContain(reason);
    await expectAsLocal(plan, at('sweep'), at('local'));
  });

  test('a sweep goes on with one more method: a host without its plugin leaves it to others', async () => {
    const plan = await slowPlan(folder, 2, 100);
    const own = at('own.mjs');
    const plugins = [...PLUGINS, own];
    writeFileSync(
      own,
      `import builtIns from ${JSON.stringify(PLUGINS[0])};
       export default { name: 'own', methods: { own: builtIns.methods.sgd } };`,
    );
    const more = planSweep(
      { ...plan.config, methods: [...plan.config.methods, { use: 'own', label: 'own', options: {} }] },
      createRegistry(await loadPlugins(plugins)),
    );
    const bare = await host();
    const options = { queue: server.url, dir: at('sweep') };
    const first = keep(startCoordinator(plan, options));
    await until(() => sum(starts(folder, 2)) > 0, 'a start');
    await first.end('SIGKILL');
    const second = keep(startCoordinator(more, { ...options, plugins, extend: true }));
    await bare.says('it has no plugin with the method own');
    keep(startHost(server.url, { plugins }));
    expect(await outcomeOf(second)).toMatchObject({ status: 'done', counts: { done: 3, failed: 0 } });
  });

  test('hosts without the files of the data set, or with other files, are refused with the reason; another host does the work', async () => {
    const [own, other, nothing] = ['own', 'other', 'nothing'].map((path) => at(path));
    writeIdx(own!, 0);
    writeIdx(other!, 1);
    mkdirSync(nothing!);
    const refused: readonly (readonly [Partial<WorkerOptions>, string])[] = [
      [{}, 'The data set "idx" needs a folder'],
      [{ dataDir: nothing! }, nothing!],
      [{ dataDir: other! }, 'its files of the data set idx are not those of the coordinator'],
    ];
    const unable = refused.map(([options]) => keep(startHost(server.url, options)));
    await Promise.all(unable.map((machine) => machine.says('waiting for sweeps')));
    const plan = await tinyPlan({
      dataset: { use: 'idx', options: { name: 'tiny', classes: 3 } },
      seeds: [0, 1],
    });
    const sweep = runOnHosts(plan, server.url, at('sweep'), undefined, { dataDir: own! });
    await Promise.all(unable.map((machine, i) => machine.says(refused[i]![1])));
    // The same files in another folder.
    cpSync(own!, at('copy'), { recursive: true });
    keep(startHost(server.url, { dataDir: at('copy') }));
    const { outcome, events } = await sweep;
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 2, failed: 0 } });
    const reasons = eventsOf(events, 'warning').filter(({ code }) => code === 'W_REFUSED');
    const text = reasons.map(({ message }) => message).join('\n');
    for (const [, reason] of refused) expect(text).toContain(reason);
    await run(plan, { dir: at('local'), dataDir: own! });
    await expectAsLocal(plan, at('sweep'), at('local'));
  });

  test('a host waits for a server that starts later, and ends after a limit', async () => {
    await server.kill();
    const [early, impatient] = [keep(startHost(server.url)), keep(startHost(server.url, { idleSeconds: 1 }))];
    await early.says('does not answer');
    await until(() => impatient.process.exitCode !== null, 'its leave');
    expect(impatient.process.exitCode).toBe(0);
    await server.start();
    await early.says('waiting for sweeps');
  });

  test('a host that gets a signal gives its trial back at a checkpoint', async () => {
    const plan = await slowPlan(folder, 2, 150);
    const leaver = await host();
    const sweep = runOnHosts(plan, server.url, at('sweep'));
    await until(() => sum(starts(folder, 2)) === 1, 'the start');
    await leaver.end('SIGTERM');
    expect(leaver.process.exitCode).toBe(0);
    await host();
    const { outcome } = await sweep;
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 2, failed: 0 } });
    await expectAsLocal(plan, at('sweep'), at('local'));
  });

  test('Ctrl-C stops trials on the hosts at a checkpoint; the same command goes on from there', async () => {
    const plan = await slowPlan(folder, 3, 150);
    await host();
    const stop = new AbortController();
    const sweep = runOnHosts(plan, server.url, at('sweep'), undefined, { signal: stop.signal });
    await until(() => sum(starts(folder, 3)) === 1, 'the start');
    stop.abort('SIGINT');
    const { outcome, events } = await sweep;
    expect(outcome).toMatchObject({ status: 'interrupted', signal: 'SIGINT', counts: { done: 0 } });
    const stopped = eventsOf(events, 'trial-stopped');
    expect(stopped).toHaveLength(1);
    const again = await runOnHosts(plan, server.url, at('sweep'));
    expect(again.outcome).toMatchObject({ status: 'done', counts: { done: 3 } });
    const resumed = eventsOf(again.events, 'trial-start').find(({ id }) => id === stopped[0]!.id);
    expect(resumed!.resumedEpochs).toHaveLength(stopped[0]!.epoch);
    await expectAsLocal(plan, at('sweep'), at('local'));
  });
});
