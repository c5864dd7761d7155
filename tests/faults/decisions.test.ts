import type { SweepEvent } from '@bbb/core';
import { readSweep, type Plan } from '@bbb/sweep';
import { beforeAll, expect, it } from 'vitest';
import { stopsOf } from '../support/machines/searches.js';
import { coordinate } from '../support/sweeps/coordinator.js';
import { sharedFolder, temporaryFolder } from '../support/folders.js';
import { checkInvariant, fingerprints, type Fingerprints } from '../support/sweeps/invariant.js';
import { eventsOf, run, tinyPlan } from '../support/sweeps/tiny.js';

/** The trials start with the best. The scheduler decides at 1, 2, 4 and 8 epochs. */
const config = {
  methods: [
    {
      use: 'faulty',
      options: { fault: 'sleep', ms: 20 },
      training: { optimizer: { kind: 'adam' as const } },
      grid: { 'training.optimizer.learningRate': [1e-2, 1e-3, 1e-5, 1e-6, 1e-7] },
    },
  ],
  training: { epochs: 9 },
  search: {
    scheduler: { use: 'asha', options: { minEpochs: 1, eta: 2 } },
    objective: 'validationNll' as const,
  },
};

let plan: Plan;
const reference = sharedFolder();
let undisturbed: Fingerprints;
let stops: string[];
beforeAll(async () => {
  plan = await tinyPlan(config);
  await run(plan, { dir: reference, workers: 1 });
  undisturbed = await fingerprints(reference);
  stops = stopsOf(reference);
  expect(stops.length).toBeGreaterThan(0);
});

const stoppedIds = (): string[] => stops.map((stop) => stop.split(' ')[0]!);

it('kill -9 at every decision of a scheduler: the same promotions as undisturbed, and pruned trials stay pruned', async () => {
  const dir = temporaryFolder();
  const acked: string[] = [];
  const over = new Set<string>();
  // Each trial is killed once in the epoch before a decision, and once directly after the decision.
  for (const [i, stop] of stops.entries()) {
    const [id, epoch] = stop.split(' ');
    const about = (event: SweepEvent | { type: 'thrown' }): boolean =>
      i % 2 === 0
        ? event.type === 'epoch' && event.id === id && event.metrics.epoch === Number(epoch)
        : event.type === 'trial-stopped-early' && event.id === id;
    const child = coordinate({ config, options: { dir, workers: 1, checkpointSeconds: 0 } });
    expect(await child.until(about)).toBeDefined();
    child.process.kill('SIGKILL');
    expect((await child.ended).signal).toBe('SIGKILL');
    for (const event of child.events) {
      if (event.type === 'trial-start') expect(over.has(event.id), `${event.id} was over`).toBe(false);
      if (event.type === 'trial-stopped-early') over.add(event.id);
    }
    acked.push(...child.acked());
  }
  const { outcome, events } = await run(plan, { dir, workers: 1 });
  expect(outcome).toMatchObject({ status: 'done', counts: { stoppedEarly: stops.length } });
  for (const { id } of eventsOf(events, 'trial-start')) expect(over.has(id)).toBe(false);
  expect(stopsOf(dir)).toEqual(stops);
  const { stoppedEarly } = await readSweep(dir);
  expect(stoppedEarly!.map(({ id, epoch }) => `${id} ${epoch}`).toSorted()).toEqual(stops.toSorted());
  await checkInvariant(dir, { trials: plan.trials, acked, lost: stoppedIds(), undisturbed });
});
