import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startTfjs } from '@bbb/kernels';
import { loadKernels, type TfjsKernels } from '../../packages/kernels/src/wasm/instance.js';
import { compressedProduct } from '../../packages/kernels/src/wasm/sparse.js';
import { tfjsHeap } from '../../packages/kernels/src/tfjs/internals.js';
import { numbers, part } from './twins.js';

type Key = readonly [number, number];

/** Standard normal numbers, all but about this fraction of them zero, some of them -0. */
function sparse(key: Key, count: number, density: number): Float32Array {
  const kept = numbers(part([...key], 9), count);
  // The fraction of nonzero numbers is P(|z| < t), for these t.
  const limit = density === 0 ? -1 : density === 1 ? Infinity : density === 0.05 ? 0.0627 : 0.385;
  return numbers([...key], count).map((z, i) => (Math.abs(kept[i]!) < limit ? z : z < 0 ? -0 : 0));
}

describe.each(['strict', 'relaxed'] as const)('products with a sparse matrix, %s', (variant) => {
  let kernels: TfjsKernels;
  beforeAll(async () => {
    await startTfjs();
    kernels = await loadKernels(variant);
  });

  /** Runs `use` on arrays in tfjs's heap. */
  function withArrays<T>(
    arrays: readonly Float32Array[],
    use: (...at: [number, number, number, number, number]) => T,
  ): T {
    const heap = tfjsHeap();
    const at = arrays.map((values) => {
      const pointer = heap.malloc(4 * values.length + 64);
      kernels.f32(pointer, values.length).set(values);
      return pointer;
    });
    try {
      return use(...(at as [number, number, number, number, number]));
    } finally {
      at.forEach((pointer) => heap.free(pointer));
    }
  }
  const bits = (at: number, count: number): number[] =>
    Array.from(new Uint32Array(kernels.f32(at, count).slice().buffer));

  interface Case {
    readonly m: number;
    readonly n: number;
    readonly k: number;
    readonly density: number;
    readonly bias: boolean;
    readonly relu: boolean;
    readonly key: Key;
  }
  const cases = fc.record<Case>({
    m: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(100)),
    n: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(130)),
    // Sizes around one block of 400, and around several blocks.
    k: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(399, 400, 401, 784, 1203)),
    density: fc.constantFrom(0, 0.05, 0.3, 1),
    bias: fc.boolean(),
    relu: fc.boolean(),
    key: fc.tuple(fc.nat(), fc.nat()),
  });

  test('have the bits of the dense product for any number of remaining weights', () => {
    const { run } = kernels;
    fc.assert(
      fc.property(cases, ({ m, n, k, density, bias, relu, key }) => {
        const b = sparse(key, k * n, density);
        const arrays = [
          numbers(part([...key], 1), m * k),
          b,
          numbers(part([...key], 2), n),
          new Float32Array(m * n),
          new Float32Array(m * n).fill(NaN),
        ];
        withArrays(arrays, (a, pb, add, dense, out) => {
          const work = kernels.scratch('test', run.matmulWorkspace());
          run.matmul(dense, a, pb, m, n, k, false, false, bias ? add : 0, relu, work);
          const nonZeros = b.filter((value) => value !== 0).length;
          const bytes = run.sparseBytes(nonZeros, k, n);
          const to = kernels.scratch('test-sparse', bytes + 64);
          // A word after the requested ones does not change.
          kernels.u8(to, bytes + 64).fill(0xab);
          run.compress(to, pb, nonZeros, k, n);
          expect(kernels.u8(to + bytes, 64).every((byte) => byte === 0xab)).toBe(true);
          const room = kernels.scratch('test-work', run.sparseProductWorkspace(to));
          expect(run.sparseProduct(out, a, to, m, bias ? add : 0, relu, room)).toBe(1);
          // In a single row, some fused multiply-adds of the dense product are separate operations at the end.
          if (variant === 'strict') expect(bits(out, m * n)).toEqual(bits(dense, m * n));
          else {
            const [got, expected] = [kernels.f32(out, m * n), kernels.f32(dense, m * n)];
            expect(got.every((value, i) => Math.abs(value - expected[i]!) < 1e-4)).toBe(true);
          }
        });
      }),
      { numRuns: 80, seed: 2 },
    );
  });

  test('are used if they are faster, and not if a row is not finite', () => {
    const [m, n, k] = [64, 100, 500];
    const a = numbers([1, 2], m * k);
    const infinite = a.slice();
    infinite[777] = Infinity;
    const arrays = [
      a,
      infinite,
      sparse([3, 4], k * n, 0.05),
      sparse([3, 4], k * n, 1),
      new Float32Array(m * n),
    ];
    withArrays(arrays, (a, infinite, few, all, out) => {
      const shape = { m, n, k, bias: 0, relu: false, out: out };
      expect(compressedProduct(kernels, { ...shape, a: a, b: few })).toBe(true);
      expect(compressedProduct(kernels, { ...shape, a: a, b: all })).toBe(false);
      expect(compressedProduct(kernels, { ...shape, a: infinite, b: few })).toBe(false);
      // For a few rows, compressing is not worthwhile.
      expect(compressedProduct(kernels, { ...shape, m: 2, a: a, b: few })).toBe(false);
    });
  });
});
