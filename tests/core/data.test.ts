import { checkData, fold, rootKey, splitData, type DataOptions, type Dataset } from '@bbb/core';
import { describe, expect, it } from 'vitest';

function dataset(name: string, count: number, rows: number, cols: number): Dataset {
  // The images differ by the name of the set, and there are two classes.
  const features = Uint8Array.from({ length: count * rows * cols }, (_, i) => i + name.length);
  const part = { count, features, targets: Uint8Array.from({ length: count }, (_, i) => i % 2) };
  const target = { kind: 'class', classes: 10 } as const;
  return { name, inputShape: [rows, cols, 1], target, train: part, test: part, sha256: {}, source: '' };
}

const options = (validation: number, limit?: number): DataOptions => ({
  use: 'toy',
  options: {},
  divisor: 126,
  validation,
  ...(limit === undefined ? {} : { limit }),
});
const sorted = (rows: ArrayLike<number>): number[] => Array.from(rows).toSorted((a, b) => a - b);

describe('the data of a trial', () => {
  const digits = dataset('digits', 20, 4, 5);

  it('are refused when nothing is left to train on', () => {
    for (const validation of [20, 21, 60_000]) {
      expect(() => checkData(digits, options(validation))).toThrow(
        expect.objectContaining({
          code: 'E_DATA_SPLIT',
          hint: 'Choose --validation below 20, e.g. a tenth: --validation 2.',
        }),
      );
    }
    expect(() => checkData(digits, options(19))).not.toThrow();
  });

  it('are refused if out-of-distribution images have another size, even with the same number of pixels', () => {
    for (const [rows, cols] of [
      [5, 4],
      [2, 10],
      [8, 8],
    ] as const) {
      expect(() => checkData(digits, options(5), dataset('letters', 3, rows, cols))).toThrow(
        expect.objectContaining({
          code: 'E_DATA_MISMATCH',
          message: expect.stringContaining(`${rows} x ${cols}`),
        }),
      );
    }
    expect(() => checkData(digits, options(5), dataset('signs', 3, 4, 5))).not.toThrow();
  });

  it('are split so that every training image is on one side; the same key gives the same split, and a limit removes training images only', () => {
    const split = (seed: number, limit?: number) =>
      splitData(digits, options(6, limit), fold(rootKey(seed), 'split'));
    const { train, validation, test } = split(1);
    expect(sorted([...train.rows, ...validation.rows])).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect([train.rows.length, validation.rows.length, test.rows.length]).toEqual([14, 6, 20]);
    expect(split(1).train.rows).toEqual(train.rows);
    expect(split(2).train.rows).not.toEqual(train.rows);
    const less = split(1, 5);
    expect(less.train.rows).toEqual(train.rows.slice(0, 5));
    expect(less.validation.rows).toEqual(validation.rows);
  });
});
