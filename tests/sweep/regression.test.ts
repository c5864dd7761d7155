import { createRegistry, headlineError, loadPlugins, type SweepData } from '@bbb/core';
import {
  estimateSeconds,
  lossOf,
  parseSweepConfig,
  type Plan,
  planSweep,
  readSweep,
  sweepStatus,
  type SweepStatus,
} from '@bbb/sweep';
import { beforeAll, expect, it } from 'vitest';
import { exportRows } from '../../packages/sweep/src/export/rows.js';
import { sharedFolder } from '../support/folders.js';
import { eventsOf, PLUGINS, run, type Run } from '../support/sweeps/tiny.js';

let plan: Plan;
let ended: Run;
let status: SweepStatus;
let data: SweepData;
const dir = sharedFolder();
beforeAll(async () => {
  const registry = createRegistry(await loadPlugins(PLUGINS));
  plan = planSweep(
    parseSweepConfig({
      dataset: { use: 'curve', options: { examples: 200 } },
      validation: 50,
      scaling: 'standardise',
      hidden: [[6]],
      methods: [{ use: 'sgd' }, { use: 'bbb-gaussian', options: { estimator: 'local' } }],
      training: { epochs: 3, batchSize: 25, optimizer: { kind: 'adam', learningRate: 0.01 } },
      pruning: { shares: [0, 0.5] },
      prediction: { samples: 3 },
      select: 'best',
    }),
    registry,
  );
  ended = await run(plan, { dir });
  data = await readSweep(dir);
  status = await sweepStatus(dir);
});

it('runs like any other sweep, and reports its metric from the start', () => {
  expect(ended.outcome.status).toBe('done');
  const headline = { metric: 'rmse', error: 'RMSE', better: 'lower' };
  expect(ended.events[0]).toMatchObject({ type: 'sweep-start', headline });
  expect(status.headline).toMatchObject(headline);
  const done = eventsOf(ended.events, 'trial-done');
  expect(done.map(({ result }) => result.headline?.metric)).toEqual(['rmse', 'rmse']);
});

it('keeps, searches and shows by the RMSE on the validation examples', () => {
  const { trials } = status;
  for (const { id, epochs } of data.results) {
    const best = Math.min(...epochs.map(({ validationError }) => validationError!));
    expect(lossOf(epochs, plan.config)).toBe(best);
    expect(trials.find((row) => row.id === id)!.validationError).toBe(best);
    // In the unit of the target, whose standard deviation is about 0.3.
    expect(best).toBeGreaterThan(0.01);
    expect(best).toBeLessThan(1);
  }
});

it('exports the metrics of its likelihood with their names, and no metrics of classifiers', () => {
  const rows = exportRows(data, 'evaluations');
  expect(rows.length).toBeGreaterThan(4);
  for (const row of rows) {
    expect(row).toMatchObject({ headline: 'rmse', unit: '' });
    expect(row['rmse']).toBeGreaterThan(0);
    expect(row).not.toHaveProperty('accuracy');
  }
  const [first] = data.results;
  const { metrics } = first!.pruning[0]!.evaluations[0]!;
  expect(headlineError(first!.headline!, metrics)).toBe(rows.find(({ id }) => id === first!.id)!['rmse']);
});

it('can be estimated before it runs', async () => {
  const seconds = await estimateSeconds(plan.trials, createRegistry(await loadPlugins(PLUGINS)));
  expect([...seconds.keys()]).toEqual(plan.trials.map(({ id }) => id));
  for (const each of seconds.values()) expect(each).toBeGreaterThan(0);
});
