import { fold, rootKey, unitUniform } from '@bbb/core';
import { describe, expect, it } from 'vitest';
import { fanova, varianceShares } from '../../packages/report/src/importance/fanova.js';
import { coordinateOf } from '../../packages/report/src/importance/space.js';
import { growTree } from '../../packages/report/src/importance/tree.js';

/** Points of the unit cube, and the values of a function at them. */
function sampled(n: number, dimensions: number, of: (x: readonly number[]) => number) {
  const points = Array.from({ length: n }, (_, i) =>
    Array.from({ length: dimensions }, (_, d) => unitUniform(fold(rootKey(7), i, d))),
  );
  return { points, losses: points.map(of) };
}

/** Every point of a grid with the same number of values along each dimension. */
function gridded(values: number, of: (a: number, b: number) => number) {
  const points = Array.from({ length: values ** 2 }, (_, i) => [
    (Math.floor(i / values) + 0.5) / values,
    ((i % values) + 0.5) / values,
  ]);
  return { points, losses: points.map(([a, b]) => of(a!, b!)) };
}

describe('the variance shares of a tree', () => {
  const all = (n: number) => Array.from({ length: n }, (_, i) => i);

  it('are exactly those of the function if the tree equals the function', () => {
    // On a full grid, the leaves are the cells. The variances of a sum add up, so for 4a + b they are as 16 to 1 on any grid.
    const sum = gridded(4, (a, b) => 4 * a + b);
    const shares = varianceShares(growTree(sum, all(16)))!;
    expect(shares[0]).toBeCloseTo(16 / 17, 12);
    expect(shares[1]).toBeCloseTo(1 / 17, 12);
    // For the product ab on the points 1/8, 3/8, 5/8, 7/8: the variance of each is 5/64, the squared mean 1/4.
    const product = varianceShares(
      growTree(
        gridded(4, (a, b) => a * b),
        all(16),
      ),
    )!;
    const [variance, square] = [5 / 64, 1 / 4];
    const own = (variance * square) / (2 * variance * square + variance ** 2);
    for (const share of product) expect(share).toBeCloseTo(own, 12);
  });

  it('are undefined for a constant tree', () => {
    expect(
      varianceShares(
        growTree(
          gridded(3, () => 2),
          all(9),
        ),
      ),
    ).toBeUndefined();
  });

  it('use leaves that fill the cube', () => {
    const boxes = growTree(
      sampled(60, 3, ([a, b]) => a! * b!),
      all(60),
    );
    const volume = boxes.reduce(
      (sum, { low, high }) => sum + low.reduce((product, start, d) => product * (high[d]! - start), 1),
      0,
    );
    expect(volume).toBeCloseTo(1, 12);
  });
});

describe('the importance of hyper-parameters', () => {
  it('agrees with the known one of a linear function, from a sample', () => {
    // The variance of c x is c^2 / 12, so the first three have 16, 4 and 1 parts of 21, and the fourth none.
    const shares = fanova(
      sampled(200, 4, ([a, b, c]) => 4 * a! + 2 * b! + c!),
      32,
    )!;
    expect(shares[0]).toBeGreaterThan(0.7);
    expect(shares[0]).toBeLessThan(0.83);
    expect(Math.abs(shares[1]! - 4 / 21)).toBeLessThan(0.05);
    expect(Math.abs(shares[2]! - 1 / 21)).toBeLessThan(0.03);
    expect(shares[3]).toBeLessThan(0.01);
  });

  it('agrees with the known one of a product, which has an interaction', () => {
    // For ab on the unit square, each has 3/7 and both together 1/7. The third has none.
    const shares = fanova(
      sampled(200, 3, ([a, b]) => a! * b!),
      32,
    )!;
    for (const share of shares.slice(0, 2)) expect(Math.abs(share - 3 / 7)).toBeLessThan(0.03);
    expect(shares[2]).toBeLessThan(0.01);
  });

  it('is the same each time', () => {
    const sample = sampled(40, 2, ([a]) => a!);
    expect(fanova(sample, 8)).toEqual(fanova(sample, 8));
  });
});

describe('the coordinate of a value along its dimension', () => {
  it('is the coordinate that a sampler drew for it', () => {
    expect(coordinateOf({ kind: 'uniform', low: 2, high: 6 }, 3)).toBeCloseTo(0.25, 12);
    expect(coordinateOf({ kind: 'logUniform', low: 1e-4, high: 1e-2 }, 1e-3)).toBeCloseTo(0.5, 12);
    expect(coordinateOf({ kind: 'int', low: 1, high: 4 }, 2)).toBeCloseTo(0.375, 12);
    expect(coordinateOf({ kind: 'choice', values: [[100], [400, 400]] }, [400, 400])).toBeCloseTo(0.75, 12);
    expect(coordinateOf({ kind: 'choice', values: [1, 2] }, 3)).toBeUndefined();
    expect(coordinateOf({ kind: 'uniform', low: 0, high: 1 }, undefined)).toBeUndefined();
  });
});
