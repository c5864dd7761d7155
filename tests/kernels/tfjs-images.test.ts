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

const side = fc.integer({ min: 1, max: 4 });
const cases = fc.record({
  batch: fc.integer({ min: 0, max: 3 }),
  extra: fc.tuple(fc.nat(6), fc.nat(6)),
  channels: fc.constantFrom(1, 2, 3, 4, 7, 16),
  window: fc.tuple(side, side),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  filters: fc.constantFrom(1, 3, 8, 9),
  pad: fc.constantFrom<'valid' | 'same' | number>('valid', 'same', 1),
  rounding: fc.constantFrom<undefined | 'floor' | 'ceil'>(undefined, 'floor', 'ceil'),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

const tensor = (shape: readonly number[], seed: number): tf.Tensor4D => {
  const values = uniform(
    shape.reduce((product, n) => product * n, 1),
    seed,
  );
  return tf.tensor4d(values, [...shape] as [number, number, number, number]);
};

const input = ({ batch, extra, channels, window }: Case): tf.Tensor4D =>
  tensor([batch, window[0] + extra[0], window[1] + extra[1], channels], 1);

/** A padding that is a number needs a rounding mode. */
const padding = ({ pad, rounding }: Case) =>
  [pad, typeof pad === 'number' ? (rounding ?? 'floor') : undefined] as const;

async function agrees(f: () => tf.Tensor, tolerance = 2e-5): Promise<void> {
  const actual = f();
  const { shape, values } = await onCpu(f);
  expect(actual.shape).toEqual(shape);
  const got = actual.dataSync();
  const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i]!)), 0);
  expect(worst).toBeLessThan(tolerance);
  actual.dispose();
}

const runs = { numRuns: 60, seed: 11 };

test('tf.conv2d agrees with the CPU backend', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (drawn) => {
      const { window, channels, filters, strides } = drawn;
      const [x, w] = [input(drawn), tensor([...window, channels, filters], 2)];
      const [pad, rounding] = padding(drawn);
      await agrees(() => tf.conv2d(x, w, strides, pad, 'NHWC', 1, rounding));
      tf.dispose([x, w]);
    }),
    runs,
  );
});

test('tf.fused.conv2d agrees with the CPU backend for every activation', async () => {
  const activations = fc.constantFrom<tf.fused.Activation>(
    'linear',
    'relu',
    'relu6',
    'elu',
    'sigmoid',
    'leakyrelu',
    'prelu',
  );
  await fc.assert(
    fc.asyncProperty(cases, activations, fc.boolean(), async (drawn, activation, biased) => {
      fc.pre(drawn.batch > 0);
      const { window, channels, filters, strides } = drawn;
      const [x, filter] = [input(drawn), tensor([...window, channels, filters], 2)];
      const bias = tf.tensor1d(uniform(filters, 3));
      const alpha = tf.tensor3d(uniform(filters, 4), [1, 1, filters]);
      const [pad, dimRoundingMode] = padding(drawn);
      await agrees(() =>
        tf.fused.conv2d({
          x,
          filter,
          strides,
          pad,
          activation,
          ...(dimRoundingMode && { dimRoundingMode }),
          ...(biased && { bias }),
          ...(activation === 'prelu' && { preluActivationWeights: alpha }),
          leakyreluAlpha: 0.3,
        }),
      );
      tf.dispose([x, filter, bias, alpha]);
    }),
    runs,
  );
});

test('pools and all gradients agree with the CPU backend', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (drawn) => {
      const { window, channels, filters, strides } = drawn;
      const [x, w] = [input(drawn), tensor([...window, channels, filters], 2)];
      const [pad, rounding] = padding(drawn);
      // A padding as wide as the window leaves windows empty. So does tfjs with two strides, because it uses the first for both axes.
      fc.pre(typeof pad !== 'number' || (window.every((side) => side > pad) && strides[0] === strides[1]));
      const functions = [
        () => tf.conv2d(x, w, strides, pad, 'NHWC', 1, rounding),
        () => tf.maxPool(x, window, strides, pad, rounding),
        () => tf.avgPool(x, window, strides, pad, rounding),
      ];
      for (const f of functions) {
        await agrees(f);
        const weights = tf.tidy(() => tensor(f().shape, 5));
        const loss = (): tf.Scalar => tf.sum(tf.mul(f(), weights));
        // The CPU backend of tfjs divides the gradient of a mean by the whole window, although the mean itself leaves out the padding.
        const known = f !== functions[2] || pad === 'valid';
        if (known) await agrees(() => tf.grad(loss)(x), 1e-4);
        weights.dispose();
      }
      const weights = tf.tidy(() => tensor(functions[0]!().shape, 6));
      await agrees(() => tf.grad(() => tf.sum(tf.mul(functions[0]!(), weights)))(w), 1e-4);
      tf.dispose([x, w, weights]);
    }),
    runs,
  );
});

test('dilations, which our kernels leave to tfjs, work as before, without a gradient', async () => {
  const [x, w] = [tensor([2, 9, 9, 3], 1), tensor([3, 3, 3, 4], 2)];
  await agrees(() => tf.conv2d(x, w, 1, 'valid', 'NHWC', 2));
  expect(() => tf.grad(() => tf.sum(tf.conv2d(x, w, 1, 'valid', 'NHWC', 2)))(x)).toThrow(
    /gradient of conv2d got dilations of 2/,
  );
});

test('a convolution of fifty epochs leaves neither tensors nor memory behind', () => {
  const [x, w] = [tensor([8, 12, 12, 5], 1), tensor([5, 5, 5, 9], 2)];
  const step = (): void =>
    tf.tidy(
      () =>
        void tf.grads((a, b) =>
          tf.sum(tf.maxPool(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'), 2, 2, 'valid')),
        )([x, w]),
    );
  step();
  const [{ numTensors }, bytes] = [tf.memory(), tfjsHeap().memory.buffer.byteLength];
  for (let i = 0; i < 50; i++) step();
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(tfjsHeap().memory.buffer.byteLength).toBe(bytes);
});
