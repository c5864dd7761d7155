import { beforeAll, describe, expect, test } from 'vitest';
import { philox, startTfjs, wasmOps, type Key, type Ops } from '@bbb/kernels';

describe('philox', () => {
  test('gives the published words (Random123, kat_vectors, philox4x32 with 7 rounds)', () => {
    const ones = 0xffffffff;
    expect(philox([0, 0], [0, 0, 0, 0])).toEqual([0x5f6fb709, 0x0d893f64, 0x4f121f81, 0x4f730a48]);
    expect(philox([ones, ones], [ones, ones, ones, ones])).toEqual([
      0x5207ddc2, 0x45165e59, 0x4d8ee751, 0x8c52f662,
    ]);
    expect(philox([0xa4093822, 0x299f31d0], [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344])).toEqual([
      0x4dfccaba, 0x190a87f0, 0xc47362ba, 0xb6b5242a,
    ]);
  });
});

describe('standard normals', () => {
  let ops: Ops;
  beforeAll(async () => {
    await startTfjs();
    ops = await wasmOps();
  });

  function draw(key: Key, count: number): Float32Array {
    const z = ops.alloc([count]);
    ops.standardNormal(z, key);
    const values = ops.read(z);
    ops.free(z);
    return Float32Array.from(values);
  }

  const N = 1 << 20;
  const mean = (values: Float32Array, of: (z: number, i: number) => number): number =>
    values.reduce((sum, z, i) => sum + of(z, i), 0) / values.length;

  // Standard errors of z^k: sqrt(E z^2k - (E z^k)^2).
  test.each([
    ['mean', 1, 0, 1],
    ['variance', 2, 1, Math.SQRT2],
    ['skewness', 3, 0, Math.sqrt(15)],
    ['kurtosis', 4, 3, Math.sqrt(105 - 9)],
    ['sixth moment', 6, 15, Math.sqrt(10395 - 225)],
  ])('%s', (_, power, expected, deviation) => {
    for (const key of [
      [0, 0],
      [1, 0],
      [0, 1],
      [0xffffffff, 12345],
    ] as const) {
      const moment = mean(draw(key, N), (z) => z ** power);
      expect(Math.abs(moment - expected)).toBeLessThan((4.5 * deviation) / Math.sqrt(N));
    }
  });

  test('follow the normal distribution (Kolmogorov-Smirnov, at 0.001)', () => {
    const z = draw([42, 7], N).sort();
    const distance = z.reduce((worst, x, i) => {
      const p = normalDistribution(x);
      return Math.max(worst, p - i / N, (i + 1) / N - p);
    }, 0);
    expect(distance).toBeLessThan(1.95 / Math.sqrt(N));
  });

  test('have the tails of the normal distribution, to beyond five standard deviations', () => {
    const z = draw([5, 5], 1 << 22);
    for (const [limit, probability] of [
      [3, 2.6998e-3],
      [4, 6.3342e-5],
      [4.5, 6.7953e-6],
    ] as const) {
      const expected = probability * z.length;
      const count = z.filter((x) => Math.abs(x) > limit).length;
      expect(Math.abs(count - expected)).toBeLessThan(4.5 * Math.sqrt(expected));
    }
    expect(
      Math.max(
        ...[...Array(64).keys()].map((i) =>
          z.subarray(i << 16, (i + 1) << 16).reduce((a, b) => Math.max(a, Math.abs(b)), 0),
        ),
      ),
    ).toBeGreaterThan(4.9);
  });

  test('are uncorrelated at short lags, in value and in square', () => {
    const z = draw([9, 1], N);
    for (const lag of [1, 2, 3, 4, 5, 8, 12, 16, 32, 400, 512]) {
      const bound = 4.5 / Math.sqrt(N);
      expect(Math.abs(mean(z, (x, i) => x * z[(i + lag) % N]!))).toBeLessThan(bound);
      expect(Math.abs(mean(z, (x, i) => (x * x - 1) * (z[(i + lag) % N]! ** 2 - 1)))).toBeLessThan(2 * bound);
    }
  });

  test('of neighbouring keys are uncorrelated, in value and in square', () => {
    const base = draw([1000, 2000], N);
    for (const key of [
      [1001, 2000],
      [1000, 2001],
      [2000, 1000],
      [1000 ^ 0x80000000, 2000],
    ].map(([a, b]) => [a! >>> 0, b!] as const)) {
      const other = draw(key, N);
      const bound = 4.5 / Math.sqrt(N);
      expect(Math.abs(mean(base, (x, i) => x * other[i]!))).toBeLessThan(bound);
      expect(Math.abs(mean(base, (x, i) => (x * x - 1) * (other[i]! ** 2 - 1)))).toBeLessThan(2 * bound);
    }
  });

  test('are the same for any requested length', () => {
    const long = draw([3, 4], 1500);
    for (const n of [1, 2, 3, 4, 5, 15, 16, 17, 511, 512, 513, 1024, 1027]) {
      expect(draw([3, 4], n)).toEqual(long.slice(0, n));
    }
  });

  test('the mask of a key does not depend on the normals of the same key', () => {
    const [z, ones, kept] = [draw([8, 8], N), ops.alloc([N]), ops.alloc([N])];
    ops.write(ones, new Float32Array(N).fill(1));
    ops.dropout(kept, ones, 0.5, [8, 8]);
    const mask = ops.read(kept);
    expect(Math.abs(mean(z, (x, i) => x * mask[i]!))).toBeLessThan((4.5 * Math.SQRT2) / Math.sqrt(N));
    ops.free(ones);
    ops.free(kept);
  });

  test.each([0.01, 0.2, 0.5, 0.9])('dropout %s drops this share, and keeps the mean', (p) => {
    const [ones, kept] = [ops.alloc([N]), ops.alloc([N])];
    ops.write(ones, new Float32Array(N).fill(1));
    ops.dropout(kept, ones, p, [1, 2]);
    const values = Float32Array.from(ops.read(kept));
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / (1 - p))]));
    // The variance of a kept element is p / (1 - p).
    expect(Math.abs(mean(values, (x) => x) - 1)).toBeLessThan(4.5 * Math.sqrt(p / (1 - p) / N));
    ops.free(ones);
    ops.free(kept);
  });
});

/**
 * The normal distribution function: the series of erf near 0, the continued fraction of erfc above 3. Its error is
 * below 1e-9.
 */
function normalDistribution(x: number): number {
  if (Math.abs(x) < 3) {
    let [term, sum] = [x, x];
    for (let k = 1; k < 60; k++) {
      term *= (x * x) / (2 * k + 1);
      sum += term;
    }
    return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
  }
  let fraction = 0;
  for (let k = 60; k >= 1; k--) fraction = k / (Math.abs(x) + fraction);
  const upper = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI) / (Math.abs(x) + fraction);
  return x > 0 ? 1 - upper : upper;
}
