import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { installKernels, startTfjs } from '@bbb/kernels';
import { tfjsHeap } from '../../packages/kernels/src/tfjs/internals.js';
import { onCpu } from '../support/cpu-reference.js';
import { uniform } from './uniform.js';

beforeAll(async () => {
  await startTfjs();
  await installKernels();
});

const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(0, 1, 3, 5, 7, 17, 33));
const activations = ['linear', 'relu', 'relu6', 'elu', 'prelu', 'sigmoid', 'leakyrelu'] as const;
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
  const positive = size.filter((n) => n > 0);
  const options = fc.record({
    batch: fc.constantFrom<number[]>([], [3]),
    m: positive,
    n: positive,
    activation: fc.constantFrom(...activations),
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
    withBias: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(options, async ({ batch, m, n, activation, transposeA, transposeB, withBias }) => {
      const k = 5;
      const a = tensor([...batch, ...(transposeA ? [k, m] : [m, k])], 1);
      const b = tensor([...batch, ...(transposeB ? [n, k] : [k, n])], 2);
      const [bias, alpha] = [tensor([n], 3), tensor([...batch.map(() => 1), 1, n], 4)];
      const run = () =>
        tf.fused.matMul({
          a,
          b,
          transposeA,
          transposeB,
          activation,
          leakyreluAlpha: 0.3,
          ...(withBias && { bias }),
          ...(activation === 'prelu' && { preluActivationWeights: alpha }),
        });
      const y = run();
      expectClose(y, await onCpu(run));
      tf.dispose([a, b, bias, alpha, y]);
    }),
    { numRuns: 100 },
  );
});

test.each(activations)(
  'NaN and infinities pass through a fused %s as on the CPU backend',
  async (activation) => {
    const a = tf.tensor2d([NaN, Infinity, -Infinity, 0, -0, 7, -7, 1e38, 0.5], [9, 1]);
    const b = tf.tensor2d([1, -1, 0, 1e38, 2], [1, 5]);
    const alpha = tf.tensor2d([0.1, -1, 2, 0, 1], [1, 5]);
    const run = () =>
      tf.fused.matMul({
        a,
        b,
        activation,
        bias: tf.tensor1d([0, 1, NaN, 0, -1]),
        ...(activation === 'prelu' && { preluActivationWeights: alpha }),
      });
    const y = run().dataSync();
    const { values } = await onCpu(run);
    const wrong = Array.from(values, (e, i) => [e, y[i]!]).filter(
      ([e, got]) => !(e === got || Object.is(e, got) || Math.abs(got! - e!) <= 1e-6 * Math.abs(e!)),
    );
    expect(wrong).toEqual([]);
  },
);

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

const zeros = (...shape: number[]) => tf.zeros(shape);
const refused: Readonly<Record<string, () => tf.Tensor>> = {
  'inner sizes': () => tf.matMul(zeros(2, 3), zeros(2, 3)),
  'inner sizes, transposed': () => tf.matMul(zeros(2, 3), zeros(2, 3), true, true),
  batches: () => tf.matMul(zeros(2, 2, 3), zeros(4, 3, 2)),
  'a bias of another size': () => tf.fused.matMul({ a: zeros(2, 3), b: zeros(3, 4), bias: zeros(3) }),
  'inner sizes, fused': () => tf.fused.matMul({ a: zeros(2, 3), b: zeros(2, 3), activation: 'relu' }),
  'weights of another size': () =>
    tf.fused.matMul({
      a: zeros(2, 3),
      b: zeros(3, 4),
      activation: 'prelu',
      preluActivationWeights: zeros(1, 3),
    }),
};
test.each(Object.entries(refused))('refuses %s with the message of the CPU backend', async (_, run) => {
  const thrown = (): string => {
    try {
      run();
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };
  const ours = thrown();
  expect(ours).not.toBe('');
  await tf.setBackend('cpu');
  try {
    expect(thrown()).toBe(ours);
  } finally {
    await tf.setBackend('wasm');
  }
});

test('refuses integers with the message of tfjs-wasm, and activations that it does not fuse', async () => {
  const ints = tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32');
  expect(() => tf.matMul(ints, ints)).toThrow('BatchMatMul for non non-float32 tensors not yet supported.');
  const fused = () => tf.fused.matMul({ a: zeros(2, 2), b: zeros(2, 2), activation: 'selu' as 'elu' });
  const uninstall = await installKernels();
  expect(fused).toThrow(/selu/);
  uninstall();
  expect(fused).toThrow(/selu/);
  await installKernels();
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

test('vectors and scalars are refused as tfjs refuses them, in every combination', async () => {
  const shapes: number[][] = [[], [1], [4], [0], [1, 1], [1, 4], [4, 1], [4, 4], [2, 4, 4]];
  const before = tf.memory().numTensors;
  for (const a of shapes) {
    for (const b of shapes.filter((other) => a.length < 2 || other.length < 2)) {
      for (const transposed of [[], [true], [false, true], [true, true]]) {
        const product = (): tf.Tensor => tf.tidy(() => tf.matMul(tf.ones(a), tf.ones(b), ...transposed));
        expect(product, `[${a.join()}] times [${b.join()}]`).toThrow();
        await expect(onCpu(product)).rejects.toThrow();
      }
    }
  }
  expect(tf.memory().numTensors).toBe(before);
  // tfjs multiplies vectors by making matrices of them.
  const x = tf.tensor1d([1, 2, 3]);
  expect(tf.dot(x, x).arraySync()).toBe(14);
});
