import { klWeight } from '@bbb/plugins';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const sum = (weighting: 'uniform' | 'blundell', batches: number): number =>
  Array.from({ length: batches }, (_, i) => klWeight(weighting, i, batches)).reduce((a, b) => a + b, 0);

describe('klWeight', () => {
  it('sums to 1 over an epoch for any number of minibatches', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (batches) => {
        expect(sum('uniform', batches)).toBeCloseTo(1, 12);
        expect(sum('blundell', batches)).toBeCloseTo(1, 12);
      }),
      { numRuns: 50, examples: [[1], [2], [1023], [1024], [1075], [3000]] },
    );
  });

  it('is 2^(M-i) / (2^M - 1) if that can be computed directly', () => {
    for (const batches of [1, 2, 5, 50]) {
      for (let i = 1; i <= batches; i++) {
        const expected = 2 ** (batches - i) / (2 ** batches - 1);
        expect(Math.abs(klWeight('blundell', i - 1, batches) / expected - 1)).toBeLessThan(1e-14);
      }
    }
  });

  it('halves from batch to batch where 2^M overflows a double, down to 0', () => {
    expect(klWeight('blundell', 0, 2000)).toBe(0.5);
    expect(klWeight('blundell', 1, 2000)).toBe(0.25);
    expect(klWeight('blundell', 1000, 2000)).toBeGreaterThan(0);
    expect(klWeight('blundell', 1999, 2000)).toBe(0);
  });
});
