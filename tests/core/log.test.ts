import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { log } from '@bbb/core';

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** The largest error in units in the last place, compared with 45 decimal digits. */
const JUDGE = `
import math, struct, sys
from decimal import Decimal, getcontext
getcontext().prec = 45
worst = Decimal(0)
raw = sys.stdin.buffer.read()
for x, y in struct.iter_unpack('<dd', raw):
    true = Decimal(x).ln()
    error = abs(Decimal(y) - true) / Decimal(math.ulp(float(true)))
    worst = max(worst, error)
print(float(worst))
`;

let state = 1;
/** Uniform numbers in [low, high) with 32 random bits. */
function between(count: number, low: number, high: number): number[] {
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + (high - low) * (state / 2 ** 32);
  });
}

describe.skipIf(!hasPython)('log', () => {
  it('is within one unit in the last place of the true logarithm', () => {
    const exponents = between(4000, -1074, 1023).map(Math.floor);
    const mantissas = between(4000, 1, 2);
    const inputs = [
      ...between(4000, 0, 1).filter((x) => x > 0),
      // Near 1, most digits cancel.
      ...between(4000, -1, 1).map((x, i) => 1 + x * 2 ** -(i % 50)),
      ...mantissas.map((m, i) => m * 2 ** exponents[i]!).filter((x) => x > 0),
      5e-324,
      2 ** -1023,
      2 ** -1022,
      Number.MAX_VALUE,
      Math.SQRT1_2,
      Math.SQRT2,
      1 + 2 ** -52,
      1 - 2 ** -53,
      2,
      0.5,
    ].filter((x) => x !== 1);
    const pairs = Float64Array.from(inputs.flatMap((x) => [x, log(x)]));
    const judged = execFileSync('python3', ['-c', JUDGE], {
      input: Buffer.from(pairs.buffer),
      encoding: 'utf8',
    });
    expect(inputs.length).toBeGreaterThan(11_000);
    expect(Number(judged)).toBeLessThan(1);
  });
});

describe('log at the edges', () => {
  it('follows the conventions of Math.log', () => {
    for (const x of [0, -0, -1, -Infinity, NaN, Infinity, 1]) expect(log(x)).toBe(Math.log(x));
  });

  it('never decreases as its argument grows, also where its range reduction changes', () => {
    for (const seam of [Math.SQRT1_2, 1, Math.SQRT2, 2, 2 ** -1022]) {
      const at = new Float64Array([seam]);
      const bits = new BigUint64Array(at.buffer);
      bits[0]! -= 500n;
      let last = -Infinity;
      for (let i = 0; i < 1000; i++, bits[0]!++) {
        const now = log(at[0]!);
        expect(now).toBeGreaterThanOrEqual(last);
        last = now;
      }
    }
  });
});
