import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { installKernels, startTfjs } from '@bbb/kernels';
import { tfjsHeap } from '../../packages/kernels/src/tfjs/internals.js';
import { onCpu } from './cpu-reference.js';
import { uniform } from './uniform.js';

beforeAll(async () => {
  await startTfjs();
  await installKernels();
});

const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(0, 1, 3, 5, 7, 17, 33));
const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const;
const batches = fc.constantFrom<[number[], number[]]>(
  [[], []],
  [[3], [3]],
  [[3], []],
  [[1], [4]],
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [1]],
);

const tensor = (shape: number[], seed: number): tf.Tensor =>
  tf.tensor(uniform(tf.util.sizeFromShape(shape), seed), shape, 'float32');

function expectClose(actual: tf.Tensor, expected: { shape: number[]; values: Float32Array }): void {
  expect(actual.shape).toEqual(expected.shape);
  const values = actual.dataSync();
  const worst = expected.values.reduce((most, value, i) => Math.max(most, Math.abs(value - values[i]!)), 0);
  expect(worst).toBeLessThan(2e-5);
}

test('tf.matMul agrees with the CPU backend: batches, broadcasting, transposes, empty sizes', async () => {
  await fc.assert(
    fc.asyncProperty(
      size,
      size,
      size,
      batches,
      fc.boolean(),
      fc.boolean(),
      async (m, n, k, [ba, bb], ta, tb) => {
        const a = tensor([...ba, ...(ta ? [k, m] : [m, k])], 1);
        const b = tensor([...bb, ...(tb ? [n, k] : [k, n])], 2);
        const y = tf.matMul(a, b, ta, tb);
        expectClose(y, await onCpu(() => tf.matMul(a, b, ta, tb)));
        tf.dispose([a, b, y]);
      },
    ),
    { numRuns: 80 },
  );
});

test('tf.fused.matMul agrees with the CPU backend for every activation', async () => {
  await fc.assert(
    fc.asyncProperty(
      size.filter((n) => n > 0),
      size.filter((n) => n > 0),
      fc.constantFrom(...activations),
      fc.boolean(),
      fc.boolean(),
      async (m, n, activation, transposeB, withBias) => {
        const k = 5;
        const a = tensor([m, k], 1);
        const b = tensor(transposeB ? [n, k] : [k, n], 2);
        const bias = tensor([n], 3);
        const run = () =>
          tf.fused.matMul({ a, b, transposeB, activation, leakyreluAlpha: 0.3, ...(withBias && { bias }) });
        const y = run();
        expectClose(y, await onCpu(run));
        tf.dispose([a, b, bias, y]);
      },
    ),
    { numRuns: 60 },
  );
});

test('batches that broadcast in both directions', () => {
  const a = tensor([2, 1, 3, 4], 1);
  const b = tensor([1, 5, 4, 2], 2);
  const y = tf.matMul(a, b);
  expect(y.shape).toEqual([2, 5, 3, 2]);
  const one = tf.matMul(
    a.dataSync() && tf.squeeze(tf.slice(a, [1, 0], [1, 1])),
    tf.squeeze(tf.slice(b, [0, 3], [1, 1])),
  );
  expect([...tf.squeeze(tf.slice(y, [1, 3], [1, 1])).dataSync()]).toEqual([...one.dataSync()]);
});

test('works after the memory has grown, also between making the inputs and multiplying', async () => {
  const a = tensor([17, 9], 1);
  const b = tensor([9, 5], 2);
  const before = tf.matMul(a, b).dataSync();
  const { memory } = tfjsHeap();
  const bytes = memory.buffer.byteLength;
  const big = tf.zeros([bytes / 4]);
  expect(memory.buffer.byteLength).toBeGreaterThan(bytes);
  expect(tf.matMul(a, b).dataSync()).toEqual(before);
  big.dispose();
});

test('refuses what tfjs refuses, in its words', async () => {
  const ints = tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32');
  expect(() => tf.matMul(ints, ints)).toThrow('BatchMatMul for non non-float32 tensors not yet supported.');
  expect(() => tf.matMul(tf.zeros([2, 3]), tf.zeros([2, 3]))).toThrow('inner shapes (3) and (2)');
  expect(() => tf.matMul(tf.zeros([2, 2, 3]), tf.zeros([4, 3, 2]))).toThrow(/broadcast/);
});

test('leaves no tensor and no memory behind', () => {
  const a = tensor([128, 100], 1);
  const b = tensor([50, 100], 2);
  const bias = tensor([50], 3);
  const step = (): void =>
    tf.tidy(() => {
      tf.matMul(a, b, false, true);
      tf.fused.matMul({ a, b, transposeB: true, bias, activation: 'elu' });
    });
  for (let i = 0; i < 5; i++) step();
  const tensors = tf.memory().numTensors;
  const dataIds = tf.engine().backend.numDataIds();
  const bytes = tfjsHeap().memory.buffer.byteLength;
  for (let i = 0; i < 1000; i++) step();
  expect(tf.memory().numTensors).toBe(tensors);
  expect(tf.engine().backend.numDataIds()).toBe(dataIds);
  expect(tfjsHeap().memory.buffer.byteLength).toBe(bytes);
});

test('uninstalling puts the kernels of tfjs back', async () => {
  const uninstall = await installKernels();
  uninstall();
  expect(tf.getKernel('BatchMatMul', 'wasm').kernelFunc.name).toBe('batchMatMul');
  expect(tf.getKernel('UnsortedSegmentSum', 'wasm')).toBeUndefined();
  await installKernels();
  expect(tf.getKernel('BatchMatMul', 'wasm').kernelFunc.name).not.toBe('batchMatMul');
});
