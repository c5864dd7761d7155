/**
 * The UCI protocol on the sets that are in packages: one hidden layer of 50, inputs and targets standardised (and undone), the 20 splits
 * that published results share. `npx tsx --conditions=@bbb/source bench/uci/run.ts [--splits 20] [--tune]`
 */
import { parseArgs } from 'node:util';
import { createRegistry, parseOptions, runTrial, startBackend, type Dataset, type Trial } from '@bbb/core';
import builtIns from '@bbb/plugins';
import { markdown } from '../table.js';
import { NOT_AVAILABLE, PUBLISHED } from './published.js';
import { publishedSplits } from './splits.js';
import { CANDIDATES, RECIPES, recipeText, type Recipe } from './recipes.js';

/** Fraction of the training part that is used for tuning. */
const VALIDATION = 0.1;
const SAMPLES = 100;

const { values } = parseArgs({
  options: { splits: { type: 'string', default: '20' }, tune: { type: 'boolean', default: false } },
});
const splits = Number(values.splits);
const registry = createRegistry([builtIns]);
const ops = await startBackend();

for (const set of Object.keys(PUBLISHED)) {
  const dataset = await registry.get('datasets', set).load({}, {});
  const rows = values.tune ? await tuned(dataset) : await measured(set, dataset);
  process.stdout.write(`${set}, ${splits} splits\n\n${markdown(rows)}\n\n`);
}
for (const [set, reason] of Object.entries(NOT_AVAILABLE))
  process.stdout.write(`not measured: ${set}: ${reason}\n`);

/** Measures the test examples of every split, and shows the published results beside them. */
async function measured(set: string, dataset: Dataset): Promise<string[][]> {
  const rows = [['', 'RMSE', 'log-likelihood']];
  for (const recipe of RECIPES) {
    const runs = await runAll(dataset, recipe, 0);
    rows.push([recipe.name, spread(runs.map(({ rmse }) => rmse)), spread(runs.map(({ nll }) => -nll))]);
  }
  for (const { name, rmse, logLikelihood } of PUBLISHED[set]!)
    rows.push([name, rmse.toFixed(2), logLikelihood.toFixed(2)]);
  return rows;
}

/** Chooses by validation examples only. The test examples are not used. */
async function tuned(dataset: Dataset): Promise<string[][]> {
  const rows = [['', 'validation RMSE', 'validation log-likelihood']];
  for (const recipe of CANDIDATES) {
    const runs = await runAll(dataset, recipe, Math.round(VALIDATION * dataset.train.count));
    rows.push([
      `${recipe.name}: ${recipeText(recipe)}`,
      spread(runs.map(({ validation }) => validation!.error)),
      spread(runs.map(({ validation }) => -validation!.nll)),
    ]);
  }
  return rows;
}

interface Run {
  readonly rmse: number;
  readonly nll: number;
  readonly validation: { readonly error: number; readonly nll: number } | undefined;
}

async function runAll(dataset: Dataset, recipe: Recipe, validation: number): Promise<Run[]> {
  const runs: Run[] = [];
  for (const [seed, split] of publishedSplits(dataset, splits).entries()) {
    const { result } = await runTrial({
      trial: trialOf(dataset.name, recipe, validation, seed),
      registry,
      dataset: split,
      ops,
    });
    const dense = result.pruning[0]!;
    const { metrics } = dense.evaluations.find(({ predict }) => predict === 'samples')!;
    runs.push({ rmse: metrics['rmse']!, nll: metrics['nll'], validation: dense.validation });
  }
  return runs;
}

function trialOf(
  use: string,
  { method, likelihood, epochs, learningRate }: Recipe,
  validation: number,
  seed: number,
): Trial {
  return {
    method: {
      use: method.use,
      options: parseOptions(
        method.use,
        registry.get('methods', method.use).options,
        method.options,
      ) as Trial['method']['options'],
    },
    likelihood,
    data: { use, options: {}, validation, divisor: 1, scaling: 'standardise' },
    hidden: [50],
    training: {
      epochs,
      batchSize: 32,
      optimizer: { kind: 'adam', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      schedule: { kind: 'constant' },
    },
    pruning: {
      pruners: [{ use: 'random', options: {} }],
      shares: [0],
      scope: 'global',
      include: ['weight'],
      finetuneEpochs: 0,
    },
    prediction: { samples: SAMPLES },
    numerics: 'strict',
    select: 'last',
    seed,
  };
}

/** Mean and standard error, as in the published tables. */
function spread(numbers: readonly number[]): string {
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (numbers.length - 1);
  return `${mean.toFixed(2)} ± ${Math.sqrt(variance / numbers.length).toFixed(2)}`;
}
