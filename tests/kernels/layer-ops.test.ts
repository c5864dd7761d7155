import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startTfjs, wasmOps, type Ops } from '@bbb/kernels';
import { check, keys, numbers, part, sizes } from './twins.js';

describe.each([false, true])('layers on the WebAssembly ops against float64, fast math %s', (fastMath) => {
  let ops: Ops;
  beforeAll(async () => {
    await startTfjs();
    ops = await wasmOps({ fastMath });
  });

  test('dropout keeps the same elements; p = 0 copies bit for bit', () => {
    const p = fc.constantFrom(0, 0.01, 0.2, 0.5, 0.9, 1 - 2 ** -33);
    check(ops, fc.tuple(sizes, keys, p), ({ twin, run, expectClose }, [n, key, drop]) => {
      const [x, y] = [twin([n], numbers(part(key, 1), n)), twin([n])];
      run((on, of) => on.dropout(of(y), of(x), drop, key));
      expectClose(y, 1.5e-7);
      if (drop === 0) expect(ops.read(y.wasm)).toEqual(ops.read(x.wasm));
      run((on, of) => on.dropout(of(x), of(x), drop, key));
      expect(ops.read(x.wasm)).toEqual(ops.read(y.wasm));
    });
  });

  const tables = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 40 }), keys);

  test('matmul with bias and relu', () => {
    const options = fc.record({ transposeA: fc.boolean(), transposeB: fc.boolean(), relu: fc.boolean() });
    check(
      ops,
      fc.tuple(tables, fc.integer({ min: 1, max: 30 }), options),
      ({ twin, run, expectClose }, [[m, n, key], k, options]) => {
        const a = twin(options.transposeA ? [k, m] : [m, k], numbers(part(key, 1), m * k));
        const b = twin(options.transposeB ? [n, k] : [k, n], numbers(part(key, 2), k * n));
        const [bias, c] = [twin([n], numbers(part(key, 3), n)), twin([m, n])];
        run((on, of) => on.matmul(of(c), of(a), of(b), { ...options, bias: of(bias) }));
        expectClose(c, 1e-6, 1e-5);
      },
    );
  });

  test('sumRows and reluBackward', () => {
    check(ops, tables, ({ twin, run, expectClose }, [m, n, key]) => {
      const [a, sums] = [twin([m, n], numbers(key, m * n)), twin([n])];
      run((on, of) => on.sumRows(of(sums), of(a)));
      expectClose(sums, 1e-6, 1e-5);
      const activation = twin(
        [m, n],
        numbers(part(key, 1), m * n, (z) => Math.max(0, z)),
      );
      run((on, of) => on.reluBackward(of(a), of(activation), 1.25));
      expectClose(a, 1e-7);
    });
  });

  test('softmaxCrossEntropy and softmax, large logits and ties included', () => {
    check(
      ops,
      fc.tuple(tables, fc.constantFrom(1, 100)),
      ({ twin, run, expectClose }, [[rows, classes, key], spread]) => {
        const values = numbers(key, rows * classes, (z) => Math.round(4 * z * spread) / 4);
        const labels = Uint8Array.from({ length: rows }, (_, r) => (r * 7 + key[0]) % classes);
        const [logits, grad] = [twin([rows, classes], values), twin([rows, classes])];
        const result = run((on, of) => on.softmaxCrossEntropy(of(logits), labels, of(grad), 0.5));
        expect(result.wasm.correct).toBe(result.reference.correct);
        expect(Math.abs(result.wasm.nll - result.reference.nll)).toBeLessThan(
          1e-6 * (rows + result.reference.nll),
        );
        expectClose(grad, 1e-6, 1e-7);
        const probabilities = twin([rows, classes]);
        run((on, of) => on.softmax(of(probabilities), of(logits)));
        expectClose(probabilities, 1e-6, 1e-7);
        run((on, of) => on.softmaxCrossEntropy(of(logits), labels, of(logits), 0.5));
        expect(ops.read(logits.wasm)).toEqual(ops.read(grad.wasm));
      },
    );
  });

  test('gatherPixels divides exactly', () => {
    check(
      ops,
      fc.tuple(fc.integer({ min: 1, max: 9 }), sizes, fc.constantFrom(255, 126, 1)),
      ({ twin, run }, [rows, pixels, divisor]) => {
        const images = Uint8Array.from({ length: 12 * pixels }, (_, i) => (i * 37) & 255);
        const order = Uint32Array.from({ length: rows }, (_, r) => (r * 5 + 1) % 12);
        const out = twin([rows, pixels]);
        run((on, of) => on.gatherPixels(of(out), images, order, divisor));
        const expected = Float32Array.from({ length: rows * pixels }, (_, i) => {
          return images[order[Math.floor(i / pixels)]! * pixels + (i % pixels)]! / divisor;
        });
        expect(ops.read(out.wasm)).toEqual(expected);
      },
    );
  });

  test('fillWhereZero and copy', () => {
    check(ops, fc.tuple(sizes, keys), ({ twin, run, expectClose }, [n, key]) => {
      const [x, y] = [twin([n], numbers(key, n)), twin([n])];
      const keep = Uint8Array.from({ length: n }, (_, i) => (i * i) % 3);
      run((on, of) => on.fillWhereZero(of(x), keep, -Infinity));
      run((on, of) => on.copy(of(y), of(x)));
      expectClose(y, 0);
      expect(ops.read(y.wasm).filter((value) => value === -Infinity)).toHaveLength(
        keep.filter((k) => k === 0).length,
      );
    });
  });
});
