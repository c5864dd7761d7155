import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp } from '@bbb/core';

describe('exp', () => {
  it('is e^x to 2 ulp', () => {
    fc.assert(
      fc.property(fc.double({ min: -708, max: 709.7, noNaN: true }), (x) => {
        expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThanOrEqual(2 * 2 ** -52);
      }),
      { numRuns: 5000 },
    );
  });

  it('is exact at known values', () => {
    expect([exp(0), exp(-Infinity), exp(Infinity), exp(NaN), exp(-800), exp(800)]).toEqual([
      1,
      0,
      Infinity,
      NaN,
      0,
      Infinity,
    ]);
    expect(exp(-740)).toBeGreaterThan(0); // a denormal
  });
});
