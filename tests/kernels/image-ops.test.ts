import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startTfjs, wasmOps, type ConvGeometry, type Key, type Operand, type Ops } from '@bbb/kernels';
import { convolutions, pools, sizeOf, windowMatrix } from './images.js';
import { check, keys, numbers, part, type Twins } from './twins.js';

const batches = fc.integer({ min: 1, max: 4 });

describe.each([false, true])('images on the WebAssembly ops against float64, fast math %s', (fastMath) => {
  let ops: Ops;
  beforeAll(async () => {
    await startTfjs();
    ops = await wasmOps({ fastMath });
  });

  const random = ({ twin }: Twins, shape: readonly number[], key: Key, of?: (z: number) => number) =>
    twin(shape, numbers(key, sizeOf(shape), of));

  test('convolve with bias and relu', () => {
    const cases = fc.tuple(convolutions, batches, keys, fc.boolean(), fc.boolean());
    check(ops, cases, (bench, [geometry, batch, key, biased, relu]) => {
      const { input, output, filter } = geometry;
      const x = random(bench, [batch, ...input], part(key, 1));
      const w = random(bench, filter, part(key, 2));
      const bias = biased ? random(bench, [filter[3]], part(key, 3)) : undefined;
      const out = random(bench, [batch, ...output], part(key, 4));
      bench.run((on, of) =>
        on.convolve(of(out), of(x), of(w), geometry, { relu, ...(bias && { bias: of(bias) }) }),
      );
      bench.expectClose(out, 1e-6, 1e-6 * Math.sqrt(sizeOf(filter)));
    });
  });

  // Sparse gradients, as after a ReLU and a pool, and dense ones.
  const sparsities = fc.constantFrom(0, 0.5, 0.9);
  const thinned = (share: number) => {
    let i = 0;
    return (z: number) => ((Math.imul(i++, 2654435761) >>> 8) / 2 ** 24 < share ? 0 : z);
  };

  test('convolveBackward', () => {
    check(ops, fc.tuple(convolutions, batches, keys, sparsities), (bench, [geometry, batch, key, share]) => {
      const dOut = random(bench, [batch, ...geometry.output], part(key, 1), thinned(share));
      const w = random(bench, geometry.filter, part(key, 2));
      const dx = random(bench, [batch, ...geometry.input], part(key, 3));
      bench.run((on, of) => on.convolveBackward(of(dx), of(dOut), of(w), geometry));
      bench.expectClose(dx, 1e-6, 3e-6 * Math.sqrt(sizeOf(geometry.window) * geometry.filter[3]));
    });
  });

  test('convolveGradients', () => {
    check(ops, fc.tuple(convolutions, batches, keys, sparsities), (bench, [geometry, batch, key, share]) => {
      const { input, output, filter } = geometry;
      const x = random(bench, [batch, ...input], part(key, 1));
      const dOut = random(bench, [batch, ...output], part(key, 2), thinned(share));
      const [dW, dBias] = [random(bench, filter, part(key, 3)), random(bench, [filter[3]], part(key, 4))];
      bench.run((on, of) => on.convolveGradients(of(dW), of(dBias), of(x), of(dOut), geometry));
      const allowed = 2e-6 * Math.sqrt(batch * output[0] * output[1]);
      bench.expectClose(dW, 1e-6, allowed);
      bench.expectClose(dBias, 1e-6, allowed);
      ops.fillWhereZero(dW.wasm, new Uint8Array(sizeOf(filter)), 7);
      ops.convolveGradients(dW.wasm, undefined, x.wasm, dOut.wasm, geometry);
      bench.expectClose(dW, 1e-6, allowed);
    });
  });

  // There are few different values, so there are ties.
  const tied = (z: number): number => Math.round(z);

  test('maxPool and its gradient, which goes to the first of the largest', () => {
    check(ops, fc.tuple(pools, batches, keys), (bench, [geometry, batch, key]) => {
      const { input, output } = geometry;
      const x = random(bench, [batch, ...input], part(key, 1), tied);
      const out = random(bench, [batch, ...output], part(key, 2));
      bench.run((on, of) => on.maxPool(of(out), of(x), geometry));
      bench.expectClose(out, 0);
      const dOut = random(bench, [batch, ...output], part(key, 3));
      const dx = random(bench, [batch, ...input], part(key, 4));
      bench.run((on, of) => on.maxPoolBackward(of(dx), of(dOut), of(x), geometry));
      bench.expectClose(dx, 1e-6, 2e-6);
    });
  });

  test('averagePool and its gradient', () => {
    check(ops, fc.tuple(pools, batches, keys), (bench, [geometry, batch, key]) => {
      const { input, output } = geometry;
      const x = random(bench, [batch, ...input], part(key, 1));
      const out = random(bench, [batch, ...output], part(key, 2));
      bench.run((on, of) => on.averagePool(of(out), of(x), geometry));
      bench.expectClose(out, 1e-6, 1e-6);
      const dOut = random(bench, [batch, ...output], part(key, 3));
      const dx = random(bench, [batch, ...input], part(key, 4));
      bench.run((on, of) => on.averagePoolBackward(of(dx), of(dOut), geometry));
      bench.expectClose(dx, 1e-6, 2e-6);
    });
  });

  test('NaN in a window is its largest element, and gets the gradient', () => {
    const geometry = { input: [4, 4, 5], window: [2, 2], stride: [2, 2], before: [0, 0] } as const;
    check(ops, fc.tuple(keys, fc.integer({ min: 0, max: 79 })), (bench, [key, where]) => {
      const pool = { ...geometry, output: [2, 2, 5] } as const;
      const x = bench.twin(
        [1, 4, 4, 5],
        numbers(key, 80).map((z, i) => (i === where ? NaN : z)),
      );
      const [out, dOut] = [bench.twin([1, 2, 2, 5]), random(bench, [1, 2, 2, 5], part(key, 1))];
      const dx = bench.twin([1, 4, 4, 5]);
      bench.run((on, of) => on.maxPool(of(out), of(x), pool));
      bench.run((on, of) => on.maxPoolBackward(of(dx), of(dOut), of(x), pool));
      bench.expectClose(out, 0);
      bench.expectClose(dx, 0);
      expect(ops.read(out.wasm).filter(Number.isNaN)).toHaveLength(1);
    });
  });

  test('convolve has the same bits as the matrix of windows times the filters', () => {
    check(ops, fc.tuple(convolutions, batches, keys), (bench, [geometry, batch, key]) => {
      const { input, output, filter, window } = geometry;
      const x = random(bench, [batch, ...input], part(key, 1)).wasm;
      const w = random(bench, filter, part(key, 2)).wasm;
      const bias = random(bench, [filter[3]], part(key, 3)).wasm;
      const out = bench.twin([batch, ...output]).wasm;
      ops.convolve(out, x, w, geometry, { bias, relu: true });
      const [rows, depth] = [batch * output[0] * output[1], sizeOf(window) * input[2]];
      const matrix = bench.twin([rows, depth], windowMatrix(ops.read(x), batch, geometry)).wasm;
      const filters = bench.twin([depth, filter[3]], ops.read(w)).wasm;
      const product = bench.twin([rows, filter[3]]).wasm;
      ops.matmul(product, matrix, filters, { bias, relu: true });
      // A matrix of one column is multiplied transposed, but only without a bias.
      expect(ops.read(out)).toEqual(ops.read(product));
    });
  });

  test('an image has the same bits in every batch', () => {
    check(ops, fc.tuple(convolutions, keys, sparsities), (bench, [geometry, key, share]) => {
      const { input, output, filter } = geometry;
      const batch = 5;
      const x = random(bench, [batch, ...input], part(key, 1), thinned(share)).wasm;
      const dOut = random(bench, [batch, ...output], part(key, 2), thinned(share)).wasm;
      const w = random(bench, filter, part(key, 3)).wasm;
      const whole = everyOp(bench, geometry, x, dOut, w);
      for (let i = 0; i < batch; i++) {
        const cut = (from: Operand): Operand => {
          const each = sizeOf(from.shape.slice(1));
          return bench.twin([1, ...from.shape.slice(1)], ops.read(from).slice(i * each, (i + 1) * each)).wasm;
        };
        const alone = everyOp(bench, geometry, cut(x), cut(dOut), w);
        alone.forEach((result, j) => {
          expect(ops.read(result)).toEqual(ops.read(cut(whole[j]!)));
        });
      }
    });
  });

  /** The result of every op for each image. */
  function everyOp(
    { twin }: Twins,
    geometry: ConvGeometry,
    x: Operand,
    dOut: Operand,
    w: Operand,
  ): Operand[] {
    const batch = x.shape[0]!;
    const pool = {
      ...geometry,
      output: [geometry.output[0], geometry.output[1], geometry.input[2]],
    } as const;
    const pooled = [batch, ...pool.output];
    const [out, dx, largest, mean, ofLargest, ofMean] = [
      twin([batch, ...geometry.output]).wasm,
      twin(x.shape).wasm,
      twin(pooled).wasm,
      twin(pooled).wasm,
      twin(x.shape).wasm,
      twin(x.shape).wasm,
    ];
    ops.convolve(out, x, w, geometry);
    ops.convolveBackward(dx, dOut, w, geometry);
    ops.maxPool(largest, x, pool);
    ops.averagePool(mean, x, pool);
    ops.maxPoolBackward(ofLargest, largest, x, pool);
    ops.averagePoolBackward(ofMean, mean, pool);
    return [out, dx, largest, mean, ofLargest, ofMean];
  }
});
