import {
  allExamples,
  checkData,
  createRegistry,
  decodeCheckpoint,
  evaluate,
  fold,
  gatherInputs,
  openCheckpoint,
  rootKey,
  runTrial,
  splitData,
  testExamples,
  type DataOptions,
  type DataPart,
  type Dataset,
  type InputScaling,
  type Splits,
} from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import builtIns from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { tinyDataset, tinyTrial } from '../support/tiny-trial.js';

const ops = referenceOps();
const COUNT = 60;
const houses = tinyDataset('regression');
const OPTIONS: DataOptions = { use: 'tiny', options: {}, divisor: 1, validation: 12, scaling: 'standardise' };

const split = (dataset: Dataset, seed = 1, changes: Partial<DataOptions> = {}): Splits =>
  splitData(dataset, { ...OPTIONS, ...changes }, fold(rootKey(seed), 'split'));

/** The data with other numbers in these rows of the training split. */
function withRows(dataset: Dataset, rows: Iterable<number>): Dataset {
  const features = Float32Array.from(dataset.train.features);
  const targets = Float32Array.from(dataset.train.targets);
  for (const row of rows) {
    features.fill(1e3 + row, 4 * row, 4 * row + 4);
    targets[row] = -1e4 * row - 1;
  }
  return { ...dataset, train: { ...dataset.train, features, targets } };
}

/** The data with some missing values. */
function withGaps(dataset: Dataset): Dataset {
  const part = ({ features, ...rest }: DataPart): DataPart => ({
    ...rest,
    features: Float32Array.from(features, (value, i) => (i % 9 === 4 ? NaN : value)),
  });
  return { ...dataset, missing: { fill: 'median' }, train: part(dataset.train), test: part(dataset.test) };
}

/** The network's inputs for examples, row by row. */
function inputsOf({ features, rows, preprocessing }: Splits['train'], size: number): number[][] {
  const out = ops.alloc([rows.length, size]);
  gatherInputs(ops, out, features, rows, preprocessing.input);
  const values = ops.read(out);
  return Array.from(rows, (_, r) => [...values.subarray(r * size, (r + 1) * size)]);
}

const sorted = (rows: ArrayLike<number>): number[] => Array.from(rows).toSorted((a, b) => a - b);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const sd = (values: readonly number[]): number => Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)));

describe('preprocessing', () => {
  it.each([{}, { testFraction: 0.2 }, { limit: 20 }, { testFraction: 0.2, limit: 20 }])(
    'is fitted on the training split alone: %j',
    (changes) => {
      const { train } = split(houses, 1, changes);
      const others = Array.from({ length: COUNT }, (_, row) => row).filter(
        (row) => !train.rows.includes(row),
      );
      expect(others.length).toBeGreaterThan(11);
      const test = withRows(houses, []).test;
      const elsewhere: DataPart = { ...test, features: Float32Array.from(test.features, () => 7e5) };
      const changed = split({ ...withRows(houses, others), test: elsewhere }, 1, changes);
      expect(changed.train.preprocessing).toEqual(train.preprocessing);
      expect(changed.validation.preprocessing).toBe(changed.train.preprocessing);
      expect(changed.test.preprocessing).toBe(changed.train.preprocessing);
      const own = split(withRows(houses, [train.rows[3]!]), 1, changes);
      expect(own.train.preprocessing).not.toEqual(train.preprocessing);
    },
  );

  it('fills missing values with those of the training split, before it standardises', () => {
    // Column 0 has missing values. Columns 2 and 3 are one category, which has missing values too.
    const features = Float32Array.from(houses.train.features, (value, i) => {
      const [row, column] = [Math.floor(i / 4), i % 4];
      if (column === 0) return row % 5 === 0 ? NaN : 40 * value;
      if (column === 1) return value;
      return row % 7 === 0 ? NaN : Number((row % 3 === 0) === (column === 2));
    });
    const missing = { categories: [[2, 2]] } as const;
    for (const fill of ['mean', 'median'] as const) {
      const dataset = { ...houses, missing: { ...missing, fill }, train: { ...houses.train, features } };
      const { train, validation } = split(dataset);
      const known = Array.from(train.rows, (row) => features[4 * row]!).filter((x) => !Number.isNaN(x));
      const middle = known.toSorted((a, b) => a - b);
      const half = middle.length / 2;
      const median = (middle[Math.ceil(half) - 1]! + middle[Math.floor(half)]!) / 2;
      const first = fill === 'mean' ? mean(known) : median;
      const fills = train.preprocessing.input.fill!;
      expect(fills[0]).toBeCloseTo(first, 6);
      // Two thirds of the rows are of the second category.
      expect(fills.slice(2)).toEqual([0, 1]);
      const known0 = Array.from(train.rows, (row) => features[4 * row]!).map((x) =>
        Number.isNaN(x) ? first : x,
      );
      const filled = { mean: mean(known0), sd: sd(known0) };
      const inputs = inputsOf(train, 4);
      const column = inputs.map((row) => row[0]!);
      expect(mean(column)).toBeCloseTo(0, 6);
      expect(sd(column)).toBeCloseTo(1, 6);
      for (const part of [train, validation]) {
        const seen = inputsOf(part, 4);
        part.rows.forEach((row, r) => {
          expect(seen[r]!.every(Number.isFinite)).toBe(true);
          if (row % 5 !== 0) return;
          expect(seen[r]![0]).toBeCloseTo((first - filled.mean) / filled.sd, 5);
        });
      }
      const plain = split(dataset, 1, { scaling: 'divide' });
      expect(plain.train.preprocessing.input).toEqual({ kind: 'divide', divisor: 1, fill: fills });
      expect(inputsOf(plain.train, 4).flat().every(Number.isFinite)).toBe(true);
      // Values in held-out rows must not change the result.
      const other = Float32Array.from(features);
      for (const row of validation.rows) other.fill(1e6, 4 * row, 4 * row + 2);
      expect(split({ ...dataset, train: { ...dataset.train, features: other } }).train.preprocessing).toEqual(
        train.preprocessing,
      );
    }
  });

  it('refuses missing values in test examples if training had none', () => {
    const features = Float32Array.from(houses.test.features).fill(NaN, 0, 1);
    const other: Dataset = {
      ...houses,
      name: 'gaps',
      missing: { fill: 'mean' },
      test: { ...houses.test, features },
    };
    const { preprocessing } = split(houses).train;
    expect(() => testExamples(other, preprocessing)).toThrow(
      expect.objectContaining({ code: 'E_DATA_FILL' }),
    );
    expect(() => checkData(houses, OPTIONS, other)).toThrow(expect.objectContaining({ code: 'E_DATA_FILL' }));
  });

  it('standardises every column and the target; a constant column becomes 0', () => {
    const features = Float32Array.from(houses.train.features, (value, i) =>
      i % 4 === 2 ? 5 : 40 * value + (i % 4),
    );
    const { train } = split({ ...houses, train: { ...houses.train, features } });
    const inputs = inputsOf(train, 4);
    for (const column of [0, 1, 3]) {
      const values = inputs.map((row) => row[column]!);
      expect(Math.abs(mean(values))).toBeLessThan(1e-12);
      expect(Math.abs(sd(values) - 1)).toBeLessThan(1e-12);
    }
    expect(inputs.every((row) => row[2] === 0)).toBe(true);
    const targets = Array.from(train.rows, (row) => houses.train.targets[row]!);
    expect(train.preprocessing.target!.mean).toBeCloseTo(mean(targets), 12);
    expect(train.preprocessing.target!.sd).toBeCloseTo(sd(targets), 12);
  });

  it('of classes has no target, and divides by default', () => {
    const { scaling: _, ...divided } = { ...OPTIONS, divisor: 126 };
    const { train } = splitData(tinyDataset('cnn'), divided, rootKey(1));
    expect(train.preprocessing).toEqual({ input: { kind: 'divide', divisor: 126 } });
  });

  it('makes the same inputs from bytes and from floats of the same numbers', () => {
    const images = tinyDataset('cnn').train;
    const rows = Uint32Array.of(3, 0, 59);
    const scalings: InputScaling[] = [
      { kind: 'divide', divisor: 126 },
      {
        kind: 'standardise',
        mean: Array.from({ length: 16 }, (_, i) => i),
        sd: Array.from({ length: 16 }, (_, i) => 1 + i),
      },
    ];
    for (const scaling of scalings) {
      const [bytes, floats] = [images.features, Float32Array.from(images.features)].map((features) => {
        const out = ops.alloc([3, 16]);
        gatherInputs(ops, out, features, rows, scaling);
        return [...ops.read(out)];
      });
      expect(bytes).toEqual(floats);
      const pixel = images.features[16 * 59 + 5]!;
      expect(bytes![2 * 16 + 5]).toBe(scaling.kind === 'divide' ? pixel / 126 : (pixel - 5) / 6);
    }
  });
});

describe('a test set that is held out of the training part', () => {
  const parts = (seed: number) => split(houses, seed, { testFraction: 0.25 });

  it('shares no example with training and validation, and none is lost', () => {
    for (const seed of [0, 1, 2]) {
      const { train, validation, test } = parts(seed);
      expect([train, validation, test].map(({ rows }) => rows.length)).toEqual([33, 12, 15]);
      expect(sorted([...train.rows, ...validation.rows, ...test.rows])).toEqual(
        Array.from({ length: COUNT }, (_, i) => i),
      );
      expect(test.features).toBe(houses.train.features);
    }
  });

  it('depends on the seed only', () => {
    expect(parts(1)).toEqual(parts(1));
    const sets = new Set([0, 1, 2, 3].map((seed) => parts(seed).test.rows.join()));
    expect(sets.size).toBe(4);
  });
});

describe.each(['mlp', 'cnn', 'regression'] as const)('a checkpoint of %s', (kind) => {
  it('has all that a network needs: it predicts the same without the data set', async () => {
    const registry = createRegistry([builtIns]);
    const dataset = kind === 'regression' ? withGaps(tinyDataset(kind)) : tinyDataset(kind);
    const plain = tinyTrial(kind, { use: 'bbb-gaussian', options: {} });
    const trial = { ...plain, data: { ...plain.data, scaling: 'standardise' as const } };
    const { result, checkpoint } = await runTrial({ trial, registry, dataset, ops });
    const stored = decodeCheckpoint(checkpoint);
    const open = openCheckpoint(stored, registry, ops);
    const { train } = splitData(dataset, trial.data, open.keys.split);
    expect(stored.data).toEqual({
      inputShape: dataset.inputShape,
      target: dataset.target,
      preprocessing: train.preprocessing,
    });

    // The following code takes only raw features and targets from the data set.
    const { features, targets, count } = dataset.test;
    const test = allExamples({ features, targets, count }, open.data, open.data.preprocessing);
    const { evaluations } = evaluate(
      { ops, model: open.model, likelihood: open.likelihood },
      open.params,
      { test, outOfDistribution: {} },
      trial.prediction.samples,
      open.keys.evaluate,
    );
    expect(evaluations).toEqual(result.pruning[0]!.evaluations);
    open.dispose();
  });
});
