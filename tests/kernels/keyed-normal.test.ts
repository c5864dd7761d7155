import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { installKernels, keyedNormal, startTfjs, wasmOps } from '@bbb/kernels';

beforeAll(async () => {
  await startTfjs();
  await installKernels();
});

test('the same key gives the same numbers for any shape; another key gives other numbers', () => {
  const matrix = keyedNormal([30, 7], [1, 2]);
  expect(matrix.shape).toEqual([30, 7]);
  expect(keyedNormal([210], [1, 2]).dataSync()).toEqual(matrix.dataSync());
  expect(keyedNormal([211], [1, 2]).dataSync().slice(0, 210)).toEqual(matrix.dataSync());
  expect(keyedNormal([210], [2, 1]).dataSync()).not.toEqual(matrix.dataSync());
  expect(keyedNormal([], [0, 0]).shape).toEqual([]);
  expect(keyedNormal([0, 3], [0, 0]).size).toBe(0);
});

test('it is the stream of Ops.standardNormal', async () => {
  const ops = await wasmOps();
  const out = ops.alloc([1000]);
  ops.standardNormal(out, [7, 8]);
  expect(keyedNormal([1000], [7, 8]).dataSync()).toEqual(ops.read(out));
  ops.free(out);
});

test('mean 0, variance 1, no skew, kurtosis 3, within five standard errors', () => {
  const n = 200_000;
  const x = Float32Array.from(keyedNormal([n], [3, 4]).dataSync());
  const moment = (power: number): number => x.reduce((sum, value) => sum + value ** power, 0) / n;
  expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(n));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / n));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
});

test('the reparameterised gradient flows around it', () => {
  const [mu, sigma] = [tf.scalar(0.5), tf.scalar(2)];
  const epsilon = keyedNormal([4], [5, 6]);
  const [gMu, gSigma] = tf.grads((m, s) => tf.sum(tf.add(m, tf.mul(s, epsilon))))([mu, sigma]);
  expect(gMu!.dataSync()[0]).toBe(4);
  expect(gSigma!.dataSync()[0]).toBeCloseTo(tf.sum(epsilon).dataSync()[0]!, 6);
});

test('tidy disposes of it', () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => void keyedNormal([10], [0, 1]));
  expect(tf.memory().numTensors).toBe(before);
});

test('without the kernels the error says what to do', async () => {
  const uninstall = await installKernels();
  uninstall();
  expect(() => keyedNormal([1], [0, 0])).toThrow(/installKernels/);
  await installKernels();
});
