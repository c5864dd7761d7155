import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startTfjs } from '@bbb/kernels';
import { loadKernels, type TfjsKernels } from '../../packages/kernels/src/wasm/instance.js';
import { tfjsHeap, wasmBackend } from '../../packages/kernels/src/tfjs/internals.js';
import { uniform } from './uniform.js';

interface Case {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** The fraction of A that is not zero. */
  readonly density: number;
  readonly withBias: boolean;
  readonly relu: boolean;
}

const sizes = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 3, 5, 16, 17, 63, 130));
const cases = fc.record<Case>({
  m: fc.oneof(sizes, fc.constantFrom(513, 1027)),
  n: fc.oneof(fc.integer({ min: 16, max: 50 }), fc.constantFrom(1, 10, 16, 32, 400)),
  k: fc.oneof(sizes, fc.constantFrom(400, 401, 805)),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  density: fc.constantFrom(0, 0.02, 0.2, 0.45, 0.7, 1),
  withBias: fc.boolean(),
  relu: fc.boolean(),
});

/** Numbers of which a fraction of about `density` is not zero. Half of the zeros are -0. */
function sparse(length: number, density: number, seed: number): Float32Array {
  const [values, chance] = [uniform(length, seed), uniform(length, seed + 1)];
  return values.map((value, i) => (chance[i]! < 2 * density - 1 ? value : value < 0 ? -0 : 0));
}

describe.each(['strict', 'relaxed'] as const)('%s matmul that skips zeros', (variant) => {
  let kernels: TfjsKernels;
  beforeAll(async () => {
    await startTfjs();
    kernels = await loadKernels(variant);
  });

  const put = (slot: string, values: Float32Array, shift = 0): number => {
    const at = kernels.scratch(slot, 4 * values.length + 64) + 4 * shift;
    kernels.f32(at, values.length).set(values);
    return at;
  };

  /** Both products of the same operands, with the eight numbers after each. */
  function both(
    { m, n, k, transposeA, transposeB, relu }: Case,
    pa: number,
    pb: number,
    pBias: number,
  ): [Float32Array, Float32Array] {
    const { run } = kernels;
    const work = kernels.scratch('work', run.matmulSkippingZerosWorkspace());
    return [run.matmul, run.matmulSkippingZeros].map((product) => {
      const c = put('c', new Float32Array(m * n + 16).fill(7)) + 32;
      product(c, pa, pb, m, n, k, transposeA, transposeB, pBias, relu, work);
      return kernels.f32(c - 32, m * n + 16).slice();
    }) as [Float32Array, Float32Array];
  }

  const bits = (values: Float32Array): Buffer => Buffer.from(values.buffer);

  test('gives the bits of the dense product for any shape, alignment and zeros', () => {
    fc.assert(
      fc.property(cases, fc.nat(3), (one, shift) => {
        const { m, n, k, density, withBias } = one;
        const pa = put('a', sparse(m * k, density, 1), shift);
        const pb = put('b', uniform(k * n, 3), shift);
        const pBias = withBias ? put('bias', uniform(n, 4), shift) : 0;
        const [dense, skipping] = both(one, pa, pb, pBias);
        expect(bits(skipping).equals(bits(dense))).toBe(true);
      }),
      { numRuns: 120 },
    );
  });

  test('skips zeros, and does not read the numbers that they would be multiplied with', () => {
    const [m, n, k] = [4, 16, 8];
    const a = new Float32Array(m * k);
    for (let i = 0; i < m; i++) a[i * k] = i + 1;
    const b = new Float32Array(k * n).fill(NaN).fill(2, 0, n);
    const one = { m, n, k, transposeA: false, transposeB: false, density: 0, withBias: false, relu: false };
    const [dense, skipping] = both(one, put('a', a), put('b', b), 0);
    expect(dense[8]).toBeNaN();
    expect([...skipping.subarray(8, 8 + m * n)]).toEqual([2, 4, 6, 8].flatMap((x) => Array(n).fill(x)));
  });

  test('uses the dense product if few numbers are zero, so NaN spreads', () => {
    const one = {
      m: 4,
      n: 16,
      k: 8,
      transposeA: false,
      transposeB: false,
      density: 1,
      withBias: false,
      relu: false,
    };
    const a = uniform(32, 5).fill(0, 0, 2);
    const [, skipping] = both(one, put('a', a), put('b', new Float32Array(128).fill(NaN)), 0);
    expect(skipping[8]).toBeNaN();
  });

  test.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('reads nothing after the end of its operands, transposed %s %s', (transposeA, transposeB) => {
    const { memory } = tfjsHeap(wasmBackend());
    for (const [m, n, k] of [
      [5, 17, 3],
      [7, 31, 13],
      [1, 16, 1],
    ] as const) {
      const one = { m, n, k, transposeA, transposeB, density: 0.3, withBias: false, relu: false };
      const [a, b] = [sparse(m * k, 0.3, 6), uniform(k * n, 7)];
      const expected = both(one, put('a', a), put('b', b), 0)[0];
      // A memory page that tfjs does not know, at the end of the memory.
      memory.grow(1);
      const end = memory.buffer.byteLength;
      const [atA, atB] = [end - 4 * a.length, end - 4 * b.length];
      kernels.f32(atA, a.length).set(a);
      expect(bits(both(one, atA, put('b', b), 0)[1]).equals(bits(expected))).toBe(true);
      kernels.f32(atB, b.length).set(b);
      expect(bits(both(one, put('a', a), atB, 0)[1]).equals(bits(expected))).toBe(true);
    }
  });
});
