import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRegistry, loadPlugins } from '@bbb/core';
import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.js';
import { fingerprints } from '../support/sweeps/invariant.js';
import { eventsOf, PLUGINS, run, TINY, tinyPlan } from '../support/sweeps/tiny.js';

it.each(['threads', 'processes'])('in %s, a single trial has all cores, with the same bytes', async (use) => {
  // Each step sleeps, so that there is time for progress messages.
  const slow = { label: 'slow', use: 'faulty', options: { fault: 'sleep', ms: 8 } };
  const plan = await tinyPlan({ methods: [slow], training: { epochs: 6, batchSize: 16 } });
  const [alone, shared] = [temporaryFolder(), temporaryFolder()];
  await run(plan, { dir: alone, executor: { use: 'threads', options: { threads: 1 } } });
  const { events } = await run(plan, { dir: shared, executor: { use, options: { threads: 5 } } });
  expect(eventsOf(events, 'progress').at(-1)!.threads).toBe(5);
  expect(await fingerprints(shared)).toEqual(await fingerprints(alone));
});

it('a method that tfjs differentiates, on its own tensors, still trains with one thread', async () => {
  const own = new URL('../../docs/guides/custom-method/confidence-penalty.ts', import.meta.url).href;
  const plugins = [...PLUGINS, own];
  const registry = createRegistry(await loadPlugins(plugins));
  const plan = planSweep(parseSweepConfig({ ...TINY, methods: [{ use: 'confidence-penalty' }] }), registry);
  const [alone, shared] = [temporaryFolder(), temporaryFolder()];
  for (const [dir, threads] of [
    [alone, 1],
    [shared, 3],
  ] as const) {
    const { outcome } = await run(plan, { dir, plugins, executor: { use: 'threads', options: { threads } } });
    expect(outcome.status).toBe('done');
  }
  expect(await fingerprints(shared)).toEqual(await fingerprints(alone));
});

it('an attempt fails if one of its threads has ended, and the next one gives the same bytes', async () => {
  const own = new URL('./fixtures/lose-thread.ts', import.meta.url).href;
  const plugins = [...PLUGINS, own];
  const registry = createRegistry(await loadPlugins(plugins));
  const [alone, shared, log] = [temporaryFolder(), temporaryFolder(), join(temporaryFolder(), 'log')];
  const plan = planSweep(
    parseSweepConfig({
      ...TINY,
      // The layers are wide enough for threads to share their products.
      hidden: [[2000]],
      training: { epochs: 4, batchSize: 16 },
      methods: [{ use: 'loses-threads', options: { log } }],
    }),
    registry,
  );
  const { outcome, events } = await run(plan, {
    dir: shared,
    plugins,
    executor: { use: 'threads', options: { threads: 3 } },
  });
  expect(outcome).toMatchObject({ status: 'done', counts: { done: 1, failed: 0 } });
  expect(await readFile(log, 'utf8')).toBe('2\n');
  expect(eventsOf(events, 'trial-failed').map(({ error }) => error.message)).toEqual([
    expect.stringContaining('a thread is gone'),
  ]);
  await run(plan, { dir: alone, plugins, executor: { use: 'threads', options: { threads: 1 } } });
  expect(await fingerprints(shared)).toEqual(await fingerprints(alone));
});
