import { fold, rootKey, splitData, type DataOptions, type Dataset, type Splits } from '@bbb/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apportion } from '../../packages/core/src/data/stratify.js';
import { tinyDataset } from '../support/tiny-trial.js';

const OPTIONS: DataOptions = { use: 'own', options: {}, divisor: 1, validation: 0 };

/** A set with this number of examples of each class, sorted by class, without test examples. */
function classesOf(sizes: readonly number[]): Dataset {
  const targets = Uint8Array.from(sizes.flatMap((size, label) => Array.from({ length: size }, () => label)));
  return {
    name: 'own',
    inputShape: [1],
    target: { kind: 'class', classes: sizes.length },
    train: { features: Float32Array.from(targets, (_, row) => row), targets, count: targets.length },
    test: { features: new Float32Array(), targets: new Uint8Array(), count: 0 },
    sha256: {},
    source: 'memory',
  };
}

const split = (dataset: Dataset, changes: Partial<DataOptions>, seed = 1): Splits =>
  splitData(dataset, { ...OPTIONS, ...changes }, fold(rootKey(seed), 'split'));

const countsOf = ({ rows, targets }: Splits['train'], classes: number): number[] =>
  Array.from({ length: classes }, (_, label) => [...rows].filter((row) => targets[row] === label).length);

describe('a stratified split', () => {
  it('has the same share of every class in each part, for any seed', () => {
    const sizes = [100, 50, 10];
    for (const seed of [1, 2, 3]) {
      const parts = split(classesOf(sizes), { testFraction: 0.2, validation: 16, stratify: true }, seed);
      expect(countsOf(parts.test, 3)).toEqual([20, 10, 2]);
      expect(countsOf(parts.validation, 3)).toEqual([10, 5, 1]);
      expect(countsOf(parts.train, 3)).toEqual([70, 35, 7]);
    }
  });

  it('takes every row once, in an order that the seed decides', () => {
    const set = classesOf([30, 20, 7]);
    const options = { testFraction: 0.3, validation: 9, stratify: true } as const;
    const { train, validation, test } = split(set, options);
    const all = [...train.rows, ...validation.rows, ...test.rows];
    expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 57 }, (_, row) => row));
    expect(split(set, options).train.rows).toEqual(train.rows);
    expect(split(set, options, 2).test.rows).not.toEqual(test.rows);
    // Training must mix the examples of the classes.
    const labels = Array.from(train.rows, (row) => train.targets[row]!);
    expect(labels).not.toEqual(labels.toSorted((a, b) => a - b));
  });

  it('leaves one example of a rare class to train on', () => {
    const { train, test } = split(classesOf([97, 1, 1, 1]), { testFraction: 0.5, stratify: true });
    expect(countsOf(train, 4).slice(1)).toEqual([1, 1, 1]);
    expect(test.rows).toHaveLength(50);
  });

  it('is not used by default, or for real targets', () => {
    const set = classesOf([60, 40]);
    const plain = split(set, { testFraction: 0.2, validation: 10 });
    const real = { ...tinyDataset('regression'), test: set.test } as Dataset;
    expect(countsOf(plain.test, 2)).not.toEqual(
      countsOf(split(set, { testFraction: 0.2, validation: 10, stratify: true }).test, 2),
    );
    for (const part of ['train', 'validation', 'test'] as const) {
      const options = { testFraction: 0.2, validation: 10, scaling: 'standardise' } as const;
      expect(split(real, { ...options, stratify: true })[part].rows).toEqual(split(real, options)[part].rows);
    }
  });
});

describe('apportion', () => {
  it.each([
    [[60, 30, 10], 10, [6, 3, 1]],
    [[5, 5, 5], 4, [2, 1, 1]],
    [[1, 1, 1], 3, [1, 1, 1]],
    [[1, 9], 5, [0, 5]],
    [[0, 4], 2, [0, 2]],
    [[], 0, []],
  ])('of %j gives %j: %j', (sizes, total, expected) => {
    expect(apportion(sizes, total)).toEqual(expected);
  });

  it('gives exactly the total, at most the size of each class, and within one of the share if classes are large', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(200), { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (sizes, share) => {
          const all = sizes.reduce((a, b) => a + b, 0);
          const total = Math.floor(share * all);
          const given = apportion(sizes, total);
          expect(given.reduce((a, b) => a + b, 0)).toBe(total);
          given.forEach((count, label) => {
            expect(count).toBeGreaterThanOrEqual(0);
            expect(count).toBeLessThanOrEqual(sizes[label]!);
          });
        },
      ),
    );
  });

  it('refuses a total above the number of examples', () => {
    expect(() => apportion([1, 2], 4)).toThrow(/Can't hold 4 examples out of 3/);
  });
});
