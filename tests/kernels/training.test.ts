import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { KernelError, referenceOps, startTfjs, wasmOps, type Ops } from '@bbb/kernels';
import { tfjsHeap } from '../../packages/kernels/src/tfjs/internals.js';
import { fingerprint } from './fingerprint.js';

describe('training on the WebAssembly ops', () => {
  let ops: Ops;
  beforeAll(async () => {
    await startTfjs();
    ops = await wasmOps();
  });

  test('gives bits that depend only on the calls', () => {
    const expected = fingerprint(ops, 300);
    tf.keep(tf.zeros([12345]));
    expect(fingerprint(ops, 300)).toBe(expected);
    // If the kernels' arithmetic changes, change this and say so in CHANGELOG.md: results of other versions then differ.
    expect(expected).toBe('91726fae35e128cd94c1181a83ec4e1bf06dcf5455af8fc8908ec722d50c6c88');
  });

  test('a thousand steps neither grow the memory nor leave tensors', () => {
    fingerprint(ops, 2);
    const [bytes, { numTensors }] = [tfjsHeap().memory.buffer.byteLength, tf.memory()];
    fingerprint(ops, 1000);
    expect(tfjsHeap().memory.buffer.byteLength).toBe(bytes);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  test('fast math differs, and does not change the strict ops', async () => {
    const relaxed = await wasmOps({ fastMath: true });
    const before = fingerprint(ops, 20);
    const fast = fingerprint(relaxed, 20);
    expect(fingerprint(ops, 20)).toBe(before);
    expect(fingerprint(relaxed, 20)).toBe(fast);
    expect(relaxed.name).toBe('wasm-relaxed');
  });

  test('works after the memory has grown', () => {
    const x = ops.alloc([5]);
    ops.write(x, [1, 2, 3, 4, 5]);
    const before = tfjsHeap().memory.buffer.byteLength;
    const big = tf.keep(tf.zeros([before >> 2]));
    expect(tfjsHeap().memory.buffer.byteLength).toBeGreaterThan(before);
    ops.softplus(x, x);
    expect(ops.read(x)[0]).toBeCloseTo(Math.log(1 + Math.E), 6);
    big.dispose();
    ops.free(x);
  });
});

describe.each(['wasm', 'reference'] as const)('%s ops refuse', (name) => {
  let ops: Ops;
  beforeAll(async () => {
    await startTfjs();
    ops = name === 'wasm' ? await wasmOps() : referenceOps();
  });
  const codeOf = (run: () => unknown): string | undefined => {
    try {
      run();
    } catch (error) {
      if (error instanceof KernelError) return error.code;
      throw error;
    }
    return undefined;
  };

  test('operands that do not fit', () => {
    const [a, b, c] = [ops.alloc([2, 3]), ops.alloc([2, 3]), ops.alloc([2, 2])];
    const rule = { kind: 'adam', learningRate: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1 } as const;
    const prior = { kind: 'flat' } as const;
    const calls: readonly (() => unknown)[] = [
      () => ops.matmul(c, a, b),
      () => ops.matmul(a, a, c, { transposeB: true }),
      () => ops.sumRows(c, a),
      () => ops.copy(c, a),
      () => ops.write(c, [1, 2, 3]),
      () => ops.dropout(a, b, 1, [0, 0]),
      () => ops.dropout(a, b, -0.1, [0, 0]),
      () => ops.softmaxCrossEntropy(a, Uint8Array.of(0, 3)),
      () => ops.softmaxCrossEntropy(a, Uint8Array.of(0)),
      () => ops.sampleGaussian(a, { mu: b, rho: c }, [0, 0]),
      () => ops.updatePoint(a, { grad: b, prior, priorWeight: 0, rule, moments: [b] }),
      () => ops.gatherPixels(a, new Uint8Array(9), [0, 3], 255),
      () => ops.gatherPixels(a, new Uint8Array(8), [0, 1], 255),
      () => ops.fillWhereZero(a, new Uint8Array(5), 0),
    ];
    for (const call of calls) expect(codeOf(call), call.toString()).toBe('KERNEL_SHAPE');
    for (const x of [a, b, c]) ops.free(x);
  });

  test('operands of other ops', () => {
    expect(codeOf(() => ops.read({ shape: [1] }))).toBe('KERNEL_TYPE');
  });

  if (name === 'wasm') {
    test('tensors of integers, and freed ones', () => {
      expect(codeOf(() => ops.read(tf.tensor1d([1], 'int32')))).toBe('KERNEL_TYPE');
      const x = ops.alloc([3]);
      ops.free(x);
      expect(codeOf(() => ops.softplus(x, x))).toBe('KERNEL_DISPOSED');
    });
  }
});
