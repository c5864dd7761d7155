import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { installKernels, startTfjs } from '@bbb/kernels';
import { tfjsHeap } from '../../packages/kernels/src/tfjs/internals.js';
import { onCpu } from '../support/cpu-reference.js';
import { uniform } from './uniform.js';

const functions = {
  exp: tf.exp,
  log: tf.log,
  sigmoid: tf.sigmoid,
  softplus: tf.softplus,
  sin: tf.sin,
  cos: tf.cos,
  tanh: tf.tanh,
};
const rowwise = { softmax: tf.softmax, logSoftmax: tf.logSoftmax };
const exact = {
  exp: Math.exp,
  log: Math.log,
  sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  softplus: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
};

const shapes = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, 17)), { maxLength: 3 });
const scales = fc.constantFrom(1e-6, 1, 10, 90);

/** Expects the same NaNs and infinities, and other values within `tolerance`, relative or absolute. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const wrong = Array.from(expected, (value, i) => [value, actual[i]!] as const).filter(
    ([e, a]) => !(Object.is(e, a) || Math.abs(a - e) <= tolerance * Math.max(1, Math.abs(e))),
  );
  expect(wrong).toEqual([]);
}

describe.each([false, true])('fastMath %s', (fastMath) => {
  beforeAll(async () => {
    await startTfjs();
    await installKernels({ fastMath });
  });

  test.each(Object.entries(functions))('tf.%s agrees with the CPU backend on any shape', async (name, f) => {
    await fc.assert(
      fc.asyncProperty(shapes, scales, fc.nat(), async (shape, scale, seed) => {
        const numbers = uniform(tf.util.sizeFromShape(shape), seed).map((x) => x * scale);
        const x = tf.tensor(name === 'log' ? numbers.map(Math.abs) : numbers, shape, 'float32');
        const y = f(x);
        const expected = await onCpu(() => f(x));
        expect(y.shape).toEqual(expected.shape);
        expectClose(y.dataSync(), expected.values, 3e-6);
        tf.dispose([x, y]);
      }),
      { numRuns: 30 },
    );
  });

  test.each(Object.entries(functions))('tf.%s of NaN, infinities, zeros and denormals', (name, f) => {
    const special = [
      NaN,
      Infinity,
      -Infinity,
      0,
      -0,
      1e-40,
      -1e-40,
      88.7,
      89,
      -87.5,
      -103,
      -110,
      3e38,
      -3e38,
      1,
      -1,
    ];
    const y = tf.tidy(() => f(tf.tensor1d(special)).dataSync());
    const expected = Float32Array.from(special, (x) => exact[name as keyof typeof exact](Math.fround(x)));
    expectClose(y, expected, 3e-6);
  });

  test.each(Object.entries(functions))('tf.%s gives the same bits at any position', (_, f) => {
    const numbers = uniform(23, 5).map((x) => Math.abs(x) * 5 + 0.01);
    const together = tf.tidy(() => f(tf.tensor1d(numbers)).dataSync());
    const alone = Array.from(numbers, (x) => tf.tidy(() => f(tf.scalar(x)).dataSync()[0]!));
    expect([...together]).toEqual(alone);
  });

  test.each(Object.entries(rowwise))('tf.%s agrees with the CPU backend', async (_, f) => {
    await fc.assert(
      fc.asyncProperty(
        // Narrow and wide rows have separate loops: narrow rows are taken 8192 numbers at a time, wide rows are summed 512 numbers at a
        // time.
        fc.oneof(
          fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 40 })),
          fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(100, 511, 513, 517)),
          fc.constant([1000, 9] as const),
        ),
        scales,
        async ([rows, n], scale) => {
          const x = tf.tensor2d(
            uniform(rows * n, n).map((v) => v * scale),
            [rows, n],
          );
          const y = f(x);
          const expected = await onCpu(() => f(x));
          expect(y.shape).toEqual(expected.shape);
          expectClose(y.dataSync(), expected.values, 1e-5);
          tf.dispose([x, y]);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('the LogSoftmax kernel, which tf.logSoftmax does not call, can be run directly', () => {
    const rows = tf.tensor2d(
      uniform(21, 1).map((v) => v * 50),
      [3, 7],
    );
    const kernel = tf.engine().runKernel('LogSoftmax', { logits: rows }, { axis: 1 }) as tf.Tensor;
    expectClose(kernel.dataSync(), tf.logSoftmax(rows).dataSync(), 1e-5);
    const gradient = tf.grad((x) =>
      tf.sum(tf.square(tf.engine().runKernel('LogSoftmax', { logits: x }, { axis: 1 }) as tf.Tensor)),
    );
    const expected = tf.grad((x) => tf.sum(tf.square(tf.logSoftmax(x as tf.Tensor2D))));
    expectClose(gradient(rows).dataSync(), expected(rows).dataSync(), 1e-4);
  });

  test.each([3, 30])(
    'softmax of rows of %i: they sum to one, do not overflow, keep NaN to themselves, give 0 at -Infinity',
    (n) => {
      const row = (...first: number[]): number[] => [...first, ...Array<number>(n - 3).fill(-Infinity)];
      const rows = [row(1000, 1001, 999), row(NaN, 1, 2), row(-Infinity, 0, 0), row(0, -101, -110)];
      const y = tf.tidy(() => tf.softmax(tf.tensor2d(rows)).arraySync());
      expect(y[0]!.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
      expect(y[1]).toEqual(Array(n).fill(NaN));
      expect(y[2]!.slice(0, 3)).toEqual([0, 0.5, 0.5]);
      expect(y[2]!.slice(3)).toEqual(Array(n - 3).fill(0));
      // Denormal probabilities are accepted.
      expect(y[3]![1]! / Math.exp(-101)).toBeCloseTo(1, 1);
      expect(y[3]![2]).toBe(0);
    },
  );

  test("integers use tfjs's own kernels", async () => {
    const x = tf.tensor1d([0, 1, 2], 'int32');
    const uninstall = await installKernels({ fastMath });
    const ours = tf.exp(x);
    uninstall();
    const theirs = tf.exp(x);
    await installKernels({ fastMath });
    expect(ours.dtype).toBe(theirs.dtype);
    expect([...ours.dataSync()]).toEqual([...theirs.dataSync()]);
  });

  test('works after the memory has grown', () => {
    const x = tf.tensor2d(uniform(221, 3).map(Math.abs), [17, 13]);
    const all = {
      ...functions,
      ...rowwise,
      sum: (y: tf.Tensor) => tf.sum(y, 1),
      max: (y: tf.Tensor) => tf.max(y, 1),
    };
    const run = () => Object.values(all).map((f) => tf.tidy(() => f(x).dataSync()));
    const before = run();
    const bytes = tfjsHeap().memory.buffer.byteLength;
    const big = tf.zeros([bytes / 4]);
    expect(tfjsHeap().memory.buffer.byteLength).toBeGreaterThan(bytes);
    expect(run()).toEqual(before);
    tf.dispose([big, x]);
  });

  test('leaves nothing behind and does not grow the memory', () => {
    const x = tf.tensor2d(uniform(1000, 1), [100, 10]);
    const step = (): void =>
      tf.tidy(() => void [...Object.values(functions), ...Object.values(rowwise)].map((f) => f(x)));
    for (let i = 0; i < 5; i++) step();
    const tensors = tf.memory().numTensors;
    const bytes = tfjsHeap().memory.buffer.byteLength;
    for (let i = 0; i < 1000; i++) step();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(tfjsHeap().memory.buffer.byteLength).toBe(bytes);
  });
});
