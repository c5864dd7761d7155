import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startTfjs } from '@bbb/kernels';
import { loadKernels, type TfjsKernels } from '../../packages/kernels/src/wasm/instance.js';
import { uniform } from './uniform.js';

type Rows = readonly Float32Array[];

/** The result of each kernel for rows x and one number y for each row, in double precision. */
const references = {
  largestOfRows: (x: Rows) => x.map((row) => row.reduce((top, v) => Math.max(top, v), -Infinity)),
  sumOfRows: (x: Rows) => x.map(sum),
  subtractFromRows: (x: Rows, y: Float32Array) => x.flatMap((row, r) => Array.from(row, (v) => v - y[r]!)),
  softmaxOfRows: (x: Rows) => x.flatMap((row) => exponentials(row).map((e, _, all) => e / sum(all))),
  logSoftmaxOfRows: (x: Rows) =>
    x.flatMap((row) => {
      const [top, logSum] = [Math.max(...row), Math.log(sum(exponentials(row)))];
      return Array.from(row, (v) => v - top - logSum);
    }),
};
const exponentials = (row: Float32Array): number[] => Array.from(row, (v) => Math.exp(v - Math.max(...row)));
function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

const GUARD = Math.fround(12345.678);
const widths = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(511, 513, 1027));

describe.each(['strict', 'relaxed'] as const)('%s kernels of rows', (variant) => {
  let kernels: TfjsKernels;
  beforeAll(async () => {
    await startTfjs();
    kernels = await loadKernels(variant);
  });

  /** Runs on operands that are `shift` floats off a 64-byte boundary, and checks that only the result is written. */
  function run(name: keyof typeof references, x: Float32Array, y: Float32Array, n: number, shift: number) {
    const put = (slot: string, values: Float32Array): number => {
      const at = kernels.scratch(slot, 4 * values.length + 64) + 4 * shift;
      kernels.f32(at, values.length).set(values);
      return at;
    };
    const rows = x.length / n;
    const size = name === 'largestOfRows' || name === 'sumOfRows' ? rows : x.length;
    const out = put('test out', new Float32Array(size + 16).fill(GUARD)) + 32;
    const [px, py] = [put('test x', x), put('test y', y)];
    const { run: kernel } = kernels;
    if (name === 'subtractFromRows') kernel.subtractFromRows(out, px, py, rows, n);
    else if (name === 'largestOfRows' || name === 'sumOfRows') kernel[name](out, px, rows, n);
    else kernel[name](out, px, rows, n, kernels.scratch('rows', 4 * kernel.rowsWorkspace(n)));
    const around = kernels.f32(out - 32, size + 16);
    expect(new Set([...around.subarray(0, 8), ...around.subarray(size + 8)])).toEqual(new Set([GUARD]));
    return kernels.f32(out, size).slice();
  }

  test.each(Object.keys(references) as (keyof typeof references)[])(
    '%s agrees with float64 at any width and alignment, and writes nothing outside its result',
    (name) => {
      const values = fc.tuple(fc.nat(9), widths, fc.nat(3), fc.constantFrom(1, 30), fc.nat());
      const property = fc.property(values, ([rows, n, shift, scale, seed]) => {
        const x = uniform(rows * n, seed).map((v) => v * scale);
        const y = uniform(rows, seed + 1);
        const split = Array.from({ length: rows }, (_, r) => x.subarray(r * n, r * n + n));
        const expected = references[name](split, y);
        const got = run(name, x, y, n, shift);
        // A difference of float32 numbers up to 2 * scale is rounded before e is taken to its power.
        const relative = 1.5e-7 * (2 * scale + 6);
        // Logarithms and differences near 0 have fewer correct digits.
        const absolute = name === 'softmaxOfRows' ? 0 : 1e-6 * scale;
        const wrong = expected.filter(
          (e, i) => !(Math.abs(got[i]! - e) <= relative * Math.abs(e) + absolute),
        );
        expect(wrong).toEqual([]);
      });
      fc.assert(property, { numRuns: 60 });
    },
  );

  test('numbers above the limit are set to the limit and NaN stays NaN, at any length', () => {
    for (let n = 0; n < 11; n++) {
      const at = kernels.scratch('test out', 4 * 20);
      const numbers = Array.from({ length: 12 }, (_, i) => [5.5, 6, 7, NaN, Infinity][i % 5]!);
      kernels.f32(at, 12).set(numbers);
      kernels.run.atMost(at, n, 6);
      expect([...kernels.f32(at, 12)]).toEqual(numbers.map((v, i) => (i < n && v > 6 ? 6 : v)));
    }
  });
});
