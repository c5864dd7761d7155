import { beforeAll, describe, expect, test } from 'vitest';
import { log as exactLog, startTfjs } from '@bbb/kernels';
import { loadKernels, type TfjsKernels } from '../../packages/kernels/src/wasm/instance.js';

type Name = 'exp' | 'log' | 'sigmoid' | 'softplus' | 'sin' | 'cos' | 'tanh';

/** Math.log1p and Math.exp have errors of about 1 ulp of a double, which is 2^-29 ulp of a float32. */
const exact: Readonly<Record<Name, (x: number) => number>> = {
  exp: Math.exp,
  log: Math.log,
  sigmoid: (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
};

/** Largest error allowed, in units in the last place of a float32. */
const ULPS: Readonly<Record<Name, number>> = {
  exp: 1,
  log: 1,
  sigmoid: 2.4,
  softplus: 2.4,
  sin: 0.51,
  cos: 0.51,
  tanh: 2,
};

const SMALLEST = 2 ** -149;

/** The distance between float32 numbers around x. Near zero it is that of denormal numbers. */
function ulp(x: number): number {
  const exponent = Math.floor(Math.log2(Math.abs(x)));
  return Math.max(2 ** (exponent - 23), SMALLEST);
}

/** Every float32 whose bits are a multiple of `stride`, including NaNs. */
function* floats(stride: number): Generator<Float32Array> {
  const chunk = 1 << 16;
  for (let first = 0; first < 2 ** 32; first += chunk * stride) {
    const bits = Uint32Array.from({ length: chunk }, (_, i) => first + i * stride);
    yield new Float32Array(bits.buffer);
  }
}

describe.each(['strict', 'relaxed'] as const)('%s elementwise functions', (variant) => {
  let kernels: TfjsKernels;
  beforeAll(async () => {
    await startTfjs();
    kernels = await loadKernels(variant);
  });

  function apply(name: Name, x: ArrayLike<number>): Float32Array {
    const at = kernels.scratch('test x', 4 * x.length);
    const out = kernels.scratch('test out', 4 * x.length);
    kernels.f32(at, x.length).set(x);
    kernels.run[name](out, at, x.length);
    return kernels.f32(out, x.length).slice();
  }

  const names: readonly Name[] = ['exp', 'log', 'sigmoid', 'softplus', 'sin', 'cos', 'tanh'];

  test.each(names)('%s is right to its last bits over all of float32', (name) => {
    let worst = 0;
    let at = 0;
    // The stride is prime, so all mantissas occur; 3.5 million numbers.
    for (const x of floats(1223)) {
      const got = apply(name, x);
      for (let i = 0; i < x.length; i++) {
        const expected = exact[name](x[i]!);
        if (Object.is(got[i], Math.fround(expected))) continue;
        const error = Math.abs(got[i]! - expected) / ulp(expected);
        // The comparison is not `>`, so that NaN counts as an error.
        if (!(error <= worst)) [worst, at] = [error, x[i]!];
      }
    }
    expect(worst, `${name}(${at})`).toBeLessThanOrEqual(ULPS[name]);
  });

  test.each(names)('%s of zeros, infinities, NaN and the ends of its range', (name) => {
    const edges = [
      0,
      -0,
      SMALLEST,
      -SMALLEST,
      2 ** -126,
      3.4028234663852886e38,
      Infinity,
      -Infinity,
      NaN,
      1,
      -1,
    ];
    const ends = [88.7228, 88.723, 89, 1e30, -87.3, -87.4, -103.2, -103.97, -103.98, -104, -105, -1e30];
    const x = Float32Array.from([...edges, ...ends]);
    const got = apply(name, x);
    x.forEach((value, i) => {
      const expected = exact[name](value);
      if (!Number.isFinite(Math.fround(expected)) || expected === 0)
        expect(got[i], `${name}(${value})`).toBe(Math.fround(expected));
      else
        expect(Math.abs(got[i]! - expected) / ulp(expected), `${name}(${value})`).toBeLessThanOrEqual(
          ULPS[name],
        );
    });
  });

  test.each(names)(
    '%s does not depend on the position in the array, and writes nothing after its end',
    (name) => {
      const x = Float32Array.from({ length: 1100 }, (_, i) => (i - 500) / 13);
      const whole = apply(name, x);
      for (const n of [1, 2, 3, 4, 5, 7, 511, 513]) {
        const out = kernels.scratch('test out', 4 * x.length);
        kernels.f32(out, x.length).fill(12345);
        kernels.f32(kernels.scratch('test x', 4 * x.length), x.length).set(x.subarray(13, 13 + n), 13);
        kernels.run[name](out + 4, kernels.scratch('test x', 4 * x.length) + 4 * 13, n);
        const around = kernels.f32(out, n + 2);
        expect([around[0], around[n + 1]]).toEqual([12345, 12345]);
        expect([...around.subarray(1, n + 1)]).toEqual([...whole.subarray(13, 13 + n)]);
      }
    },
  );
});

describe('log in double precision', () => {
  test('agrees with Math.log within one unit in the last place', () => {
    for (const x of [1e-320, 1e-300, 0.1, 0.5, 0.999, 1, 1.001, Math.SQRT2, Math.E, 10, 1e300])
      expect(Math.abs(exactLog(x) - Math.log(x))).toBeLessThanOrEqual(2 ** -52 * Math.abs(Math.log(x)));
    expect([exactLog(0), exactLog(-1), exactLog(Infinity), exactLog(NaN)]).toEqual([
      -Infinity,
      NaN,
      Infinity,
      NaN,
    ]);
  });
});
