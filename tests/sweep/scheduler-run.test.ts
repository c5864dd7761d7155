import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRegistry, loadPlugins, type Report } from '@bbb/core';
import { ashaScheduler } from '@bbb/plugins';
import { parseSweepConfig, planSweep, readEpochs, readSweep, sweepStatus, type Plan } from '@bbb/sweep';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.js';
import { eventsOf, PLUGINS, run, tinyPlan } from '../support/sweeps/tiny.js';

const ASHA = { use: 'asha', options: { minEpochs: 1, eta: 2 } };
const RATES = [1e-2, 1e-3, 1e-5, 1e-6, 1e-7];

/** Trials with slow steps, the best one first, so that a decision comes before the next epoch ends. */
const paced = (): Promise<Plan> =>
  tinyPlan({
    methods: [
      {
        use: 'faulty',
        options: { fault: 'sleep', ms: 20 },
        training: { optimizer: { kind: 'adam' as const } },
        grid: { 'training.optimizer.learningRate': RATES },
      },
    ],
    training: { epochs: 9 },
    search: { scheduler: ASHA, objective: 'validationNll' },
  });

interface Line extends Report {
  readonly stop?: boolean;
}
const reportsOf = (dir: string): Line[] =>
  readFileSync(join(dir, 'sweep.reports.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
const stopsOf = (dir: string): string[] =>
  reportsOf(dir).flatMap(({ trial, epoch, stop }) => (stop ? [`${trial} ${epoch}`] : []));

describe('a sweep with a scheduler', () => {
  it('stops hopeless trials early: they are done, without a result, and not run again', async () => {
    const dir = temporaryFolder();
    const { outcome, events } = await run(await paced(), { dir, workers: 1 });
    const { stoppedEarly, done, total } = outcome.counts;
    expect(outcome.status).toBe('done');
    expect(stoppedEarly).toBeGreaterThan(0);
    expect(done + stoppedEarly).toBe(total);
    expect(eventsOf(events, 'trial-stopped-early')).toHaveLength(stoppedEarly);

    const data = await readSweep(dir);
    expect(data.results).toHaveLength(done);
    expect(data.stoppedEarly).toHaveLength(stoppedEarly);
    expect([...data.missing, ...data.failed]).toEqual([]);
    const { trials } = await sweepStatus(dir);
    expect(trials.filter(({ state }) => state === 'stopped-early')).toHaveLength(stoppedEarly);

    const again = await run(await paced(), { dir, workers: 1 });
    expect(eventsOf(again.events, 'trial-start')).toEqual([]);
    expect(again.outcome.counts).toMatchObject({ stoppedEarly, kept: done });
  });

  it('compares only within a method and a seed, and trains the best configuration of each to the end', async () => {
    const dir = temporaryFolder();
    const plan = await tinyPlan({
      methods: ['quick', 'slow'].map((label) => ({
        label,
        use: 'faulty',
        options: { fault: 'sleep', ms: 20 },
        // Every configuration of the slow method is worse than the worst configuration of the other.
        grid: { 'training.optimizer.learningRate': label === 'quick' ? [1e-2, 3e-3] : [1e-5, 1e-7] },
      })),
      seeds: [0, 1],
      training: { epochs: 4, optimizer: { kind: 'adam' } },
      search: { scheduler: ASHA, objective: 'validationNll' },
    });
    await run(plan, { dir, workers: 1 });
    const { results, plan: trials, stoppedEarly } = await readSweep(dir);
    const left = results.map(({ id }) => trials.find((planned) => planned.id === id)!);
    for (const label of ['quick', 'slow']) expect(left.some((each) => each.label === label)).toBe(true);
    const planned = (id: string) => trials.find((each) => each.id === id)!;
    const seen = (own: string, other: string): boolean =>
      own === other ||
      (planned(own).label === planned(other).label &&
        planned(own).configuration !== planned(other).configuration);
    const scheduler = ashaScheduler(ASHA.options);
    for (const [i, { stop = false, epoch, trial }] of reportsOf(dir).entries()) {
      const known = reportsOf(dir)
        .slice(0, i + 1)
        .filter((each) => seen(trial, each.trial))
        .map(({ trial: id, epoch: at, loss }) => ({ trial: id, epoch: at, loss }));
      expect(stop).toBe(epoch < 4 && scheduler.decide(known) === 'stop');
    }
    expect(stoppedEarly!.length).toBeGreaterThan(0);
  });

  it.each(['asha', 'median'])('%s is refused if each method has one configuration', async (use) => {
    const methods = [{ use: 'sgd' }, { use: 'dropout' }];
    const scheduler = { use, options: {} };
    await expect(tinyPlan({ methods, seeds: [0, 1, 2], search: { scheduler } })).rejects.toMatchObject({
      code: 'E_SWEEP_CONFIG',
      message: expect.stringContaining(`"${use}" has nothing to compare`),
    });
    // A scheduler that looks at each trial alone is accepted.
    await tinyPlan({ methods, search: { scheduler: { use: 'none' } } });
  });

  it('decides as a pure function of the reports in the order of their arrival', async () => {
    const dir = temporaryFolder();
    await run(await paced(), { dir, workers: 2 });
    const reports = reportsOf(dir);
    const scheduler = ashaScheduler({ minEpochs: 1, eta: 2 });
    for (const [i, { stop = false, epoch }] of reports.entries()) {
      const seen = reports.slice(0, i + 1).map(({ trial, epoch: at, loss }) => ({ trial, epoch: at, loss }));
      expect(stop).toBe(epoch < 9 && scheduler.decide(seen) === 'stop');
    }
  });

  it('makes the same promotions after a crash in the middle of a decision', async () => {
    const undisturbed = temporaryFolder();
    await run(await paced(), { dir: undisturbed, workers: 1 });
    const stops = stopsOf(undisturbed);
    const [last] = stops.slice(-1);
    const [id, epoch] = last!.split(' ') as [string, string];
    const attempts = join(undisturbed, 'trials', id, 'attempts.jsonl');
    const metrics = join(undisturbed, 'trials', id, 'metrics.jsonl');
    const lines = readFileSync(attempts, 'utf8').trim().split('\n');
    const reports = readFileSync(join(undisturbed, 'sweep.reports.jsonl'), 'utf8').trim().split('\n');
    const at = reports.findIndex((line) => line.includes(id) && line.includes('"stop"'));

    // First the decision is stored but not its execution. Then the decision is missing as well, and half a line of the report is there.
    for (const kept of [reports.length, at]) {
      writeFileSync(attempts, `${lines.slice(0, -1).join('\n')}\n`);
      writeFileSync(join(undisturbed, 'sweep.reports.jsonl'), `${reports.slice(0, kept).join('\n')}\n`);
      if (kept === at) appendFileSync(join(undisturbed, 'sweep.reports.jsonl'), '{"trial":"');
      const before = readFileSync(metrics, 'utf8');
      const { outcome, events } = await run(await paced(), { dir: undisturbed, workers: 1 });
      expect(outcome.status).toBe('done');
      expect(new Set(stopsOf(undisturbed))).toEqual(new Set(stops));
      expect(eventsOf(events, 'trial-stopped-early')).toEqual([
        expect.objectContaining({ id, epoch: Number(epoch) }),
      ]);
      if (kept === reports.length) {
        expect(eventsOf(events, 'trial-start')).toEqual([]);
        expect(readFileSync(metrics, 'utf8')).toBe(before);
      }
    }
  });

  it('saves epochs on MNIST, and keeps the best configuration', async () => {
    const dir = temporaryFolder();
    const registry = createRegistry(await loadPlugins(PLUGINS));
    const rates = [1e-3, 3e-3, 1e-4, 1e-5, 1e-6, 3e-5];
    const config = parseSweepConfig({
      dataset: { use: 'mnist' },
      limit: 4000,
      validation: 1000,
      hidden: [[32]],
      methods: [{ use: 'sgd', grid: { 'training.optimizer.learningRate': rates } }],
      training: { epochs: 9, batchSize: 32 },
      pruning: { shares: [0] },
      search: { scheduler: { use: 'asha', options: { minEpochs: 1, eta: 3 } } },
    });
    const { outcome } = await run(planSweep(config, registry), { dir, workers: 1 });
    expect(outcome.status).toBe('done');
    const { plan, results, stoppedEarly } = await readSweep(dir);
    const epochs = await Promise.all(plan.map(async ({ id }) => (await readEpochs(dir, id)).length));
    expect(epochs.reduce((a, b) => a + b)).toBeLessThan(0.6 * 9 * rates.length);
    expect(stoppedEarly!.length).toBeGreaterThanOrEqual(3);
    const best = results.toSorted(
      (a, b) => a.epochs.at(-1)!.validationError! - b.epochs.at(-1)!.validationError!,
    )[0]!;
    expect([1e-3, 3e-3]).toContain(best.trial.training.optimizer.learningRate);
  });
});
