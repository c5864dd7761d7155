import { createRegistry, headlineOf, runTrial, shownHeadline, startBackend } from '@bbb/core';
import builtIns, { defineArrays } from '@bbb/plugins';
import { parseSweepConfig, planSweep } from '@bbb/sweep';

// Rows of two numbers, speed and grip, and the target of each row: a stopping distance.
const x = Array.from({ length: 500 }, (_, i) => [5 + (i % 25), 0.3 + Math.floor(i / 25) / 40]);
const y = x.map(([speed, grip]) => speed! ** 2 / (2 * 9.81 * grip!));
const table = defineArrays({ name: 'stopping', x, y, target: { kind: 'real', unit: 'm' } });

const registry = createRegistry([builtIns, table.plugin]);
const config = parseSweepConfig({
  dataset: { use: 'stopping' },
  methods: [{ use: 'bbb-gaussian', options: { estimator: 'local' } }],
  hidden: [[50]],
  scaling: 'standardise', // fitted on the training split, column by column
  testFraction: 0.1, // held out by the seed: this table has no test set of its own
  validation: 50,
  training: { epochs: 100, batchSize: 32 },
});
const ops = await startBackend();
for (const { trial } of planSweep(config, registry).trials) {
  const { result } = await runTrial({ trial, registry, dataset: table.dataset, ops });
  const headline = headlineOf(result); // RMSE, in the target's unit
  for (const { share, evaluations } of result.pruning) {
    const { metrics } = evaluations.at(-1)!; // the draws together
    const shown = shownHeadline(headline, metrics).toFixed(2);
    const covered = (100 * metrics['coverage95']!).toFixed(0);
    console.log(
      `${share} pruned: ${headline.label} ${shown} ${headline.unit}, ${covered} % within 95 % intervals`,
    );
  }
}
