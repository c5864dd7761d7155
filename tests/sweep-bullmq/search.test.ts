import { join } from 'node:path';
import { fingerprint } from '@bbb/core';
import { readSweep } from '@bbb/sweep';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsOf, PLUGINS, run, tinyPlan } from '../support/sweeps/tiny.js';
import { expectAsLocal, runOnHosts, startHost, type Machine } from '../support/machines/machines.js';
import { adaptivePlan, epochsOf, searchOf, stopsOf } from '../support/machines/searches.js';
import { withEachServer, type TestServer } from '../support/machines/servers.js';
import { sharedFolder } from '../support/folders.js';

const folder = sharedFolder();
const at = (name: string): string => join(folder, name);

withEachServer('a search that learns while it runs on many machines, through $name', ({ name, start }) => {
  let server: TestServer;
  let hosts: Machine[];
  beforeAll(async () => {
    server = await start();
    hosts = [startHost(server.url), startHost(server.url)];
  });
  afterAll(async () => {
    await Promise.all(hosts.map((host) => host.end()));
    await server?.remove();
  });

  test('one trial at a time: the proposals, the decisions and the bytes of a local run', async () => {
    const plan = await adaptivePlan(6, 120);
    const [there, here] = [at(`${name}-one`), at('one-local')];
    await run(plan, { dir: here, workers: 1 });
    const { outcome, events } = await runOnHosts(plan, server.url, there, undefined, { workers: 1 });
    const { done, stoppedEarly } = outcome.counts;
    expect(outcome).toMatchObject({ status: 'done', counts: { total: 6, failed: 0 } });
    expect(stoppedEarly).toBeGreaterThan(0);
    expect(done + stoppedEarly).toBe(6);

    expect(searchOf(there)).toEqual(searchOf(here));
    expect(stopsOf(there)).toEqual(stopsOf(here));
    const stopped = eventsOf(events, 'trial-stopped-early');
    expect(stopped.map(({ id, epoch }) => `${id} ${epoch}`)).toEqual(stopsOf(there));
    // The decision reached the host within one epoch, or two on a busy machine. Six more epochs were left.
    for (const { id, epoch } of stopped) expect(epochsOf(there, id)).toBeLessThanOrEqual(epoch + 2);
    const [remote, local] = [await readSweep(there), await readSweep(here)];
    expect(remote.results).toHaveLength(done);
    expect(remote.results.map(fingerprint)).toEqual(local.results.map(fingerprint));
    expect(remote.stoppedEarly).toEqual(local.stoppedEarly);
  });

  test('many at a time: N configurations, each proposed only when a host is free for it', async () => {
    const bare = startHost(server.url, { plugins: [PLUGINS[0]!] });
    hosts.push(bare);
    await bare.says('waiting for sweeps');
    const plan = await tinyPlan({
      methods: [{ use: 'sgd' }, { use: 'faulty', options: { fault: 'sleep', ms: 10 } }],
      search: {
        trials: 8,
        space: { 'training.optimizer.learningRate': { kind: 'logUniform', low: 1e-4, high: 1 } },
        sampler: { use: 'tpe', options: { startup: 3 } },
      },
    });
    const dir = at(`${name}-many`);
    const { outcome, events } = await runOnHosts(plan, server.url, dir);
    expect(outcome).toMatchObject({ status: 'done', counts: { total: 8, done: 8 } });
    let open = 0;
    let most = 0;
    for (const { type } of events) {
      if (type === 'trials-proposed') most = Math.max(most, ++open);
      if (type === 'trial-done') open--;
    }
    // Two hosts with one thread each, and one waiting trial for the first host that is free.
    expect(most).toBeLessThanOrEqual(3);
    const { search, trials } = searchOf(dir);
    expect(new Set(search.proposals.map(({ configuration }) => configuration)).size).toBe(8);
    // The host checked all methods of the search at the start, also those that the first trials do not need.
    expect(bare.output()).toContain('it has no plugin with the method faulty');

    const { search: _, ...config } = plan.config;
    await expectAsLocal({ config, trials }, dir, at(`${name}-many-local`));
  });
});
