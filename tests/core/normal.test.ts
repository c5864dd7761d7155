import { normalCdf } from '@bbb/core';
import { describe, expect, it } from 'vitest';
import { erfc, normalDensity } from '@bbb/base';

/** Values of the C library, from Python 3, whose erfc is right within one ulp. */
const ERFC: [number, number][] = [
  [0, 1.0],
  [1e-10, 0.999999999887162],
  [0.1, 0.8875370839817152],
  [0.3, 0.6713732405408726],
  [0.46875, 0.507386526782062],
  [0.4688, 0.5073412381867207],
  [0.5, 0.4795001221869535],
  [1, 0.15729920705028513],
  [1.5, 0.033894853524689274],
  [2, 0.004677734981047265],
  [3, 2.2090496998585438e-5],
  [4, 1.541725790028002e-8],
  [4.0001, 1.5404564743590145e-8],
  [5, 1.5374597944280351e-12],
  [8, 1.1224297172982928e-29],
  [10, 2.088487583762545e-45],
  [20, 5.3958656116079005e-176],
  [26, 5.663192408856143e-296],
  [-0.2, 1.2227025892104786],
  [-1, 1.842700792949715],
  [-3, 1.9999779095030015],
  [-6, 2.0],
];

describe('erfc', () => {
  it.each(ERFC)('of %d is %d', (x, expected) => {
    expect(Math.abs(erfc(x) / expected - 1)).toBeLessThan(1e-13);
  });

  it('is 0 and 2 at the ends, and decreases everywhere', () => {
    expect([erfc(40), erfc(Infinity), erfc(-Infinity)]).toEqual([0, 0, 2]);
    for (let x = -5; x < 26; x += 0.01) expect(erfc(x + 0.01)).toBeLessThanOrEqual(erfc(x));
  });
});

describe('the standard normal distribution', () => {
  it.each([
    [0, 0.5],
    [1.959963984540054, 0.975],
    [-1.6448536269514722, 0.05],
    [0.6744897501960817, 0.75],
  ])('has P(Z <= %d) = %d', (z, p) => {
    expect(Math.abs(normalCdf(z) - p)).toBeLessThan(1e-14);
  });

  it('has the density as the slope of P', () => {
    for (const z of [-4, -1, -0.3, 0, 0.5, 2, 6]) {
      const slope = (normalCdf(z + 1e-5) - normalCdf(z - 1e-5)) / 2e-5;
      expect(Math.abs(slope - normalDensity(z))).toBeLessThan(1e-9);
    }
  });
});
