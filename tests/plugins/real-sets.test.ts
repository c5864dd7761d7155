import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createRegistry,
  runTrial,
  splitData,
  startBackend,
  trialKeys,
  type Dataset,
  type Trial,
} from '@bbb/core';
import builtIns from '@bbb/plugins';
import { beforeAll, describe, expect, it } from 'vitest';
import { solve } from '../support/linear-algebra.js';
import { adam, prunersOf, trialOf } from '../support/trial.js';
import { sharedFolder } from '../support/folders.js';

const registry = createRegistry([builtIns]);
const load = (name: string, dataDir?: string): Promise<Dataset> =>
  registry.get('datasets', name).load({}, dataDir === undefined ? {} : { dataDir });

function counts({ train, target }: Dataset): number[] {
  const found = Array.from({ length: target.kind === 'class' ? target.classes : 0 }, () => 0);
  for (const label of train.targets) found[label]!++;
  return found;
}

/** The numbers of the descriptions in scikit-learn. */
describe('the real sets of packages of Debian', () => {
  it.each([
    ['iris', [4], [50, 50, 50], ['setosa', 'versicolor', 'virginica'], [5.1, 3.5, 1.4, 0.2]],
    ['wine', [13], [59, 71, 48], ['class_0', 'class_1', 'class_2'], [14.23, 1.71, 2.43]],
    ['breast-cancer', [30], [212, 357], ['malignant', 'benign'], [17.99, 10.38, 122.8]],
    ['digits', [8, 8, 1], [178, 182, 177, 183, 181, 182, 181, 179, 174, 180], undefined, [0, 0, 5, 13]],
  ])('%s', async (name, shape, classes, names, first) => {
    const set = await load(name);
    expect(set.name).toBe(name);
    expect(set.inputShape).toEqual(shape);
    expect(counts(set)).toEqual(classes);
    expect(set.target.kind === 'class' && set.target.names).toEqual(names);
    expect(Array.from(set.train.features.subarray(0, first.length))).toEqual(
      first.map((x) => (set.train.features instanceof Uint8Array ? x : Math.fround(x))),
    );
    expect(set.test.count).toBe(0);
    expect(set.train.features.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it.each([
    ['diabetes', 442, 10, [59, 2, 32.1], 151, 152.1335],
    ['boston', 506, 13, [0.00632, 18, 2.31], 24, 22.5328],
    // The numbers of ISLR (Auto) and of the documentation of statsmodels.
    ['cars', 392, 9, [8, 307, 130], 18, 23.4459],
    ['randhie', 20_190, 9, [4.61512, 1, 6.907755], 0, 2.8604],
    ['star98', 303, 12, [34.3973, 23.2993, 14.23528], Math.fround((100 * 452) / 807), 43.6978],
  ])('%s', async (name, examples, columns, first, target, mean) => {
    const { train, inputShape, target: spec } = await load(name);
    expect(spec.kind).toBe('real');
    expect(inputShape).toEqual([columns]);
    expect(train.count).toBe(examples);
    expect(Array.from(train.features.subarray(0, 3))).toEqual(first.map(Math.fround));
    expect(train.targets[0]).toBe(target);
    expect([...train.targets].reduce((sum, y) => sum + y, 0) / examples).toBeCloseTo(mean, 3);
  });

  describe('in a folder of the user', () => {
    const folder = sharedFolder();
    beforeAll(async () => {});

    it('are read only from there, and compared with their hash', async () => {
      await expect(load('iris', folder)).rejects.toMatchObject({
        code: 'E_DATA_MISSING',
        message: expect.stringContaining(folder),
        hint: expect.stringContaining('apt-get install python3-sklearn'),
      });
      const { source } = await load('iris');
      const content = await readFile(join(source, 'iris.csv'), 'utf8');
      await writeFile(join(folder, 'iris.csv'), content);
      expect((await load('iris', folder)).source).toBe(folder);
      await writeFile(join(folder, 'iris.csv'), content.replace('5.1', '5.2'));
      await expect(load('iris', folder)).rejects.toMatchObject({ code: 'E_DATA_HASH' });
      await writeFile(join(folder, 'digits.csv.gz'), 'no gzip');
      await expect(load('digits', folder)).rejects.toMatchObject({ code: 'E_DATA_HASH' });
    });
  });
});

const METHODS = {
  sgd: {},
  dropout: { p: 0.1, pInput: 0 },
  'bbb-gaussian': { estimator: 'local', sigma: 1, initialiser: { kind: 'fan-in' }, rho0: -5 },
};

function trial(use: string, method: keyof typeof METHODS, seed = 0): Trial {
  return trialOf({
    method: {
      use: method,
      options: registry.get('methods', method).options.parse(METHODS[method]) as Record<string, unknown>,
    },
    data: { use, options: {}, validation: 0, divisor: 1, scaling: 'standardise', testFraction: 0.2 },
    hidden: [32],
    training: { epochs: 60, batchSize: 32, optimizer: adam(0.005) },
    pruning: { pruners: prunersOf('random'), include: ['weight'] },
    prediction: { samples: 10 },
    seed,
  });
}

describe('networks learn them in seconds', () => {
  it.each(
    (['iris', 'wine', 'digits'] as const).flatMap((set) =>
      (Object.keys(METHODS) as (keyof typeof METHODS)[]).map((method) => [set, method] as const),
    ),
  )('%s by %s: nearly all examples that were held out, as logistic regression does', async (use, method) => {
    const [dataset, whole] = [await load(use), trial(use, method)];
    const { result } = await runTrial({ trial: whole, registry, dataset, ops: await startBackend() });
    const baseline = logistic(dataset, whole);
    expect(baseline).toBeGreaterThan(0.9);
    // Two more errors are allowed among the 30 test examples of iris.
    for (const { metrics } of result.pruning[0]!.evaluations)
      expect(metrics['accuracy']!).toBeGreaterThan(Math.max(0.9, baseline - 0.07));
  });

  it.each(
    (['boston', 'cars'] as const).flatMap((set) =>
      (Object.keys(METHODS) as (keyof typeof METHODS)[]).map((method) => [set, method] as const),
    ),
  )('%s by %s: better than a linear model', async (use, method) => {
    const [dataset, whole] = [await load(use), trial(use, method)];
    const { result } = await runTrial({ trial: whole, registry, dataset, ops: await startBackend() });
    const linear = ridge(dataset, whole);
    expect(linear).toBeGreaterThan(2.5);
    for (const { metrics } of result.pruning[0]!.evaluations) expect(metrics['rmse']!).toBeLessThan(linear);
  });
});

/** The splits of a trial, and its rows as inputs of a linear model: 1, then standardised features. */
function designOf(dataset: Dataset, { data, seed }: Trial) {
  const { train, test } = splitData(dataset, data, trialKeys(seed).split);
  const { input } = train.preprocessing;
  if (input.kind !== 'standardise') throw new Error('expected standardised inputs');
  const row = (r: number): number[] => [
    1,
    ...input.mean.map((mean, c) => (train.features[r * input.mean.length + c]! - mean) / input.sd[c]!),
  ];
  return { train, test, row, size: input.mean.length + 1 };
}

/**
 * Test accuracy of multinomial logistic regression (ridge 0.01), trained by plain gradient descent on the training
 * split.
 */
function logistic(dataset: Dataset, whole: Trial): number {
  const { train, test, row, size } = designOf(dataset, whole);
  const classes = dataset.target.kind === 'class' ? dataset.target.classes : 0;
  const weights = Array.from({ length: classes }, () => new Float64Array(size));
  const scores = (x: readonly number[]): number[] =>
    weights.map((w) => x.reduce((sum, value, i) => sum + value * w[i]!, 0));
  const rows = Array.from(train.rows, row);
  for (let step = 0; step < 150; step++) {
    const gradients = weights.map((w) => w.map((value) => 0.01 * value));
    rows.forEach((x, r) => {
      const s = scores(x);
      const top = Math.max(...s);
      const e = s.map((value) => Math.exp(value - top));
      const total = e.reduce((a, b) => a + b, 0);
      for (let k = 0; k < classes; k++) {
        const error = e[k]! / total - Number(train.targets[train.rows[r]!] === k);
        for (let i = 0; i < size; i++) gradients[k]![i]! += (error * x[i]!) / rows.length;
      }
    });
    for (let k = 0; k < classes; k++)
      for (let i = 0; i < size; i++) weights[k]![i]! -= 0.5 * gradients[k]![i]!;
  }
  const right = Array.from(test.rows).filter((r) => {
    const s = scores(row(r));
    return s.indexOf(Math.max(...s)) === test.targets[r];
  });
  return right.length / test.rows.length;
}

/** Test RMSE of ridge regression (1e-3) with an intercept, by the normal equations of the training split. */
function ridge(dataset: Dataset, whole: Trial): number {
  const { train, test, row, size } = designOf(dataset, whole);
  const system = Array.from({ length: size }, () => Array.from({ length: size + 1 }, () => 0));
  for (const r of train.rows) {
    const x = [...row(r), train.targets[r]!];
    for (let i = 0; i < size; i++) for (let j = 0; j <= size; j++) system[i]![j]! += x[i]! * x[j]!;
  }
  // The inputs of a category always sum to 1, as the intercept does.
  for (let i = 1; i < size; i++) system[i]![i]! += 1e-3 * train.rows.length;
  const weights = solve(
    system.map((equation) => equation.slice(0, -1)),
    system.map((equation) => equation.at(-1)!),
  );
  const squares = Array.from(
    test.rows,
    (r) => (row(r).reduce((sum, x, i) => sum + x * weights[i]!, 0) - test.targets[r]!) ** 2,
  );
  return Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length);
}
