import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp } from '@bbb/core';
import { expEach } from '@bbb/base';
import { nthSmallest } from '../../packages/core/src/metrics/nth.js';
import { ascendingOrder } from '../../packages/core/src/metrics/order.js';

/** e^x in its first implementation: the series in a loop, 2^k in two steps. */
function slowExp(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > 1024 * Math.LN2) return Infinity;
  if (x < -1076 * Math.LN2) return 0;
  const k = Math.round(x * Math.LOG2E);
  const r = x - k * 0.69314718036912381649 - k * 1.90821492927058770002e-10;
  let sum = 1;
  for (let n = 17; n >= 1; n--) sum = 1 + (r / n) * sum;
  const half = Math.trunc(k / 2);
  return sum * 2 ** half * 2 ** (k - half);
}

const EDGES = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  -708,
  -708.4,
  709,
  709.5,
  709.79,
  -744.9,
  -745.2,
  -746,
  5e-324,
];

describe('exp', () => {
  it('has the bits of its series, alone and in arrays', () => {
    const spread = Array.from({ length: 20_000 }, (_, i) => ((i * 0.6180339887) % 1) * 1600 - 800);
    const usual = Array.from({ length: 20_001 }, (_, i) => -((i * 0.7548776662) % 1) * 40);
    const x = Float64Array.from([...EDGES, ...spread, ...usual]);
    const expected = x.map(slowExp);
    const others = (values: Float64Array): number[] =>
      [...x.keys()].filter((i) => i < values.length && !Object.is(values[i], expected[i]));
    const [many, few] = [x.slice(), x.slice(0, 100)];
    expEach(many);
    expEach(few);
    expect([x.map(exp), many, few].map(others)).toEqual([[], [], []]);
  });
});

const numbers = fc.array(
  fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1, Infinity, -Infinity)),
  { minLength: 1, maxLength: 200 },
);

describe('an order', () => {
  it('is that of a stable sort', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const expected = [...values.keys()].toSorted((i, j) =>
          values[i]! < values[j]! ? -1 : values[i]! > values[j]! ? 1 : i - j,
        );
        expect([...ascendingOrder(Float64Array.from(values))]).toEqual(expected);
      }),
    );
    expect([...ascendingOrder(new Float64Array(0))]).toEqual([]);
  });

  it('has a number at each place', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        for (const place of values.keys())
          expect(nthSmallest(Float64Array.from(values), place) === sorted[place]).toBe(true);
      }),
    );
  });
});
