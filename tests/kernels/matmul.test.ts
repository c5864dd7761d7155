import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startTfjs } from '@bbb/kernels';
import { uniform } from './uniform.js';
import { loadKernels, type TfjsKernels } from '../../packages/kernels/src/wasm/instance.js';

interface Shape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const sizes = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 3, 5, 7, 8, 16, 17, 63, 130));
const shapes = fc.record<Shape>({
  m: fc.oneof(sizes, fc.constantFrom(513, 1027)),
  n: sizes,
  k: fc.oneof(sizes, fc.constantFrom(400, 401, 805)),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
});

/** The product in float64, and the sum of the absolute products, which bounds the rounding error. */
function reference({ m, n, k, transposeA, transposeB }: Shape, a: Float32Array, b: Float32Array) {
  const value = new Float64Array(m * n);
  const scale = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let l = 0; l < k; l++) {
        const product = a[transposeA ? l * m + i : i * k + l]! * b[transposeB ? j * k + l : l * n + j]!;
        value[i * n + j]! += product;
        scale[i * n + j]! += Math.abs(product);
      }
    }
  }
  return { value, scale };
}

const GUARD = 12345.678;

describe.each(['strict', 'relaxed'] as const)('%s matmul', (variant) => {
  let kernels: TfjsKernels;
  beforeAll(async () => {
    await startTfjs();
    kernels = await loadKernels(variant);
  });

  /** Runs on operands that are `shift` floats off a 64-byte boundary, and checks that only C is written. */
  function run(
    shape: Shape,
    a: Float32Array,
    b: Float32Array,
    shift: number,
    bias?: Float32Array,
    relu = false,
  ): Float32Array {
    const { m, n, k, transposeA, transposeB } = shape;
    const put = (slot: string, values: Float32Array): number => {
      const at = kernels.scratch(slot, 4 * values.length + 64) + 4 * shift;
      kernels.f32(at, values.length).set(values);
      return at;
    };
    const c = put('test c', new Float32Array(m * n + 16).fill(GUARD)) + 32;
    const [pa, pb, pBias] = [put('test a', a), put('test b', b), bias ? put('test bias', bias) : 0];
    const work = kernels.scratch('matmul', kernels.run.matmulWorkspace());
    kernels.run.matmul(c, pa, pb, m, n, k, transposeA, transposeB, pBias, relu, work);
    const around = kernels.f32(c - 32, m * n + 16);
    expect([...around.subarray(0, 8), ...around.subarray(m * n + 8)]).toEqual(
      Array(16).fill(Math.fround(GUARD)),
    );
    return kernels.f32(c, m * n).slice();
  }

  test('agrees with float64 on any shape, transposed or not, at any alignment', () => {
    fc.assert(
      fc.property(shapes, fc.nat(3), fc.boolean(), fc.boolean(), (shape, shift, withBias, relu) => {
        const { m, n, k } = shape;
        const [a, b, bias] = [uniform(m * k, 1), uniform(k * n, 2), uniform(n, 3)];
        const out = run(shape, a, b, shift, withBias ? bias : undefined, relu);
        const { value, scale } = reference(shape, a, b);
        let worst = 0;
        for (let i = 0; i < m * n; i++) {
          const sum = value[i]! + (withBias ? bias[i % n]! : 0);
          const expected = relu ? Math.max(0, sum) : sum;
          worst = Math.max(worst, Math.abs(out[i]! - expected) / ((k + 2) * 2 ** -24 * (scale[i]! + 1)));
        }
        expect(worst).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  test('the bits of an element depend on its row, its column and k, not on the size of the matrices', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), fc.nat(), (shape, row, column) => {
        const { m, n, k } = shape;
        const plain = { ...shape, transposeA: false, transposeB: false };
        const [a, b] = [uniform(m * k, 4), uniform(k * n, 5)];
        const whole = run(plain, a, b, 0);
        const [i, j] = [row % m, column % n];
        const alone = run(
          { ...plain, m: 1, n: 1 },
          a.slice(i * k, i * k + k),
          b.filter((_, at) => at % n === j),
          1,
        );
        expect(alone[0]).toBe(whole[i * n + j]);
      }),
      { numRuns: 40 },
    );
  });

  test('k = 0 gives the bias, with relu if requested; m = 0 writes nothing', () => {
    const shape = { m: 2, n: 3, k: 0, transposeA: false, transposeB: false };
    const none = new Float32Array(0);
    expect([...run(shape, none, none, 0)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...run(shape, none, none, 0, Float32Array.of(-1, 2, 3), true)]).toEqual([0, 2, 3, 0, 2, 3]);
    expect(run({ ...shape, m: 0, k: 4 }, none, uniform(12, 1), 0)).toHaveLength(0);
  });

  test('NaN and infinities spread as in arithmetic, also through relu', () => {
    const shape = { m: 1, n: 2, k: 2, transposeA: false, transposeB: false };
    const b = Float32Array.of(1, 0, 1, Infinity);
    expect([...run(shape, Float32Array.of(NaN, 1), b, 0, undefined, true)]).toEqual([NaN, NaN]);
    expect([...run(shape, Float32Array.of(1, 0), b, 0)]).toEqual([1, NaN]);
    expect([...run(shape, Float32Array.of(1, 1), b, 0)]).toEqual([2, Infinity]);
  });
});
