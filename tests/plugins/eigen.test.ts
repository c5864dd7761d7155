import { rootKey, uniform } from '@bbb/core';
import { eigenOf } from '@bbb/plugins';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';

/** B B^T, where B has `rank` columns: the eigenvalues after these are 0. Inputs in `never` are always 0. */
function secondMoment(size: number, rank: number, never: readonly number[] = []): Float64Array {
  const B = uniform(rootKey(size), size * rank, -1, 1);
  const a = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      if (never.includes(i) || never.includes(j)) continue;
      for (let k = 0; k < rank; k++) a[size * i + j]! += B[rank * i + k]! * B[rank * j + k]!;
    }
  return a;
}

describe('eigenvectors of a symmetric matrix', () => {
  it.each([
    ['of full rank', secondMoment(14, 14)],
    ['of a lower rank', secondMoment(14, 5)],
    ['with inputs that are always zero', secondMoment(14, 14, [2, 9])],
    ['of zeros', new Float64Array(196)],
  ])('rebuild one %s, and are orthogonal', (_name, a) => {
    const { values, vectors } = eigenOf(a, 14);
    const product = (i: number, j: number, by: (k: number) => number): number =>
      values.reduce((s, _v, k) => s + by(k) * vectors[14 * i + k]! * vectors[14 * j + k]!, 0);
    a.forEach((value, e) => {
      const [i, j] = [Math.floor(e / 14), e % 14];
      expect(product(i, j, (k) => values[k]!)).toBeCloseTo(value, 12);
      expect(product(i, j, () => 1)).toBeCloseTo(i === j ? 1 : 0, 12);
    });
  });

  it('have the bits of the textbook loops, for any rows that are computed together', () => {
    for (const size of [1, 2, 3, 4, 5, 9, 18]) {
      const a = secondMoment(size, size + 1);
      const rows = Array.from({ length: size }, (_, i) => [...a.subarray(size * i, size * (i + 1))]);
      const known = new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true });
      const { values, vectors } = eigenOf(a, size);
      expect([...values]).toEqual(known.realEigenvalues.map((value) => Math.max(0, value)));
      expect([...vectors]).toEqual(known.eigenvectorMatrix.to1DArray());
    }
  });
});
