import * as tf from '@tensorflow/tfjs-core';
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, expect, test } from 'vitest';
import { startTfjs, supportsRelaxedSimd } from '@bbb/kernels';
import {
  checkTfjsVersion,
  tensorOffset,
  tfjsHeap,
  TFJS_VERSION,
} from '../../packages/kernels/src/tfjs/internals.js';
import { onCpu } from '../support/cpu-reference.js';
import { loadKernels } from '../../packages/kernels/src/wasm/instance.js';

beforeAll(startTfjs);

test('tfjs is the version whose internals are used', () => {
  expect(tf.version_core).toBe(TFJS_VERSION);
  expect(version_wasm).toBe(TFJS_VERSION);
});

test('another tfjs is refused, with an error that says what to install', () => {
  expect(() => checkTfjsVersion('4.21.0')).toThrow(
    /got tfjs-core 4\.21\.0 .* Install @tensorflow\/tfjs-core@4\.22\.0/,
  );
  expect(() => checkTfjsVersion(TFJS_VERSION, '4.23.0')).toThrow(
    expect.objectContaining({ code: 'KERNEL_TFJS_VERSION' }),
  );
});

test('a tensor is at its offset in the shared memory', () => {
  const x = tf.tensor([1.5, -2, 3]);
  const seen = () => [...new Float32Array(tfjsHeap().memory.buffer, tensorOffset(x), 3)];
  expect(seen()).toEqual([1.5, -2, 3]);
  new Float32Array(tfjsHeap().memory.buffer)[tensorOffset(x) / 4 + 1] = 7;
  expect([...x.dataSync()]).toEqual([1.5, 7, 3]);
  const offset = tensorOffset(x);
  x.dispose();
  expect(offset % 4).toBe(0);
});

test('a disposed tensor is refused', () => {
  const x = tf.tensor([1]);
  x.dispose();
  expect(() => tensorOffset(x)).toThrow(expect.objectContaining({ code: 'KERNEL_DISPOSED' }));
});

test('a tensor of another backend is moved here when it is used', async () => {
  const x = tf.tensor([1, 2, 3]);
  await onCpu(() => tf.exp(x));
  expect([...new Float32Array(tfjsHeap().memory.buffer, tensorOffset(x), 3)]).toEqual([1, 2, 3]);
  x.dispose();
});

test('our module shares the memory, before and after it grows', async () => {
  const kernels = await loadKernels();
  const { memory } = tfjsHeap();
  const before = memory.buffer.byteLength;
  const x = tf.tensor([1, 2, 3, 4]);
  const big = tf.zeros([before / 4]);
  expect(memory.buffer.byteLength).toBeGreaterThan(before);
  expect([...kernels.f32(kernels.offset(x), 4)]).toEqual([1, 2, 3, 4]);
  tf.dispose([x, big]);
});

test('working memory is aligned, reused, and replaced only by a larger request', async () => {
  const kernels = await loadKernels();
  const first = kernels.scratch('test', 1000);
  expect(first % 64).toBe(0);
  expect(kernels.scratch('test', 400)).toBe(first);
  expect(kernels.scratch('other', 400)).not.toBe(first);
  const larger = kernels.scratch('test', 100_000);
  expect(kernels.scratch('test', 100_000)).toBe(larger);
});

test('the relaxed module loads where the engine has relaxed SIMD', async () => {
  expect(await supportsRelaxedSimd()).toBe(true);
  expect((await loadKernels('relaxed')).variant).toBe('relaxed');
});

test('starting tfjs leaves no process-wide error handlers behind', () => {
  const ours = process
    .listeners('uncaughtException')
    .filter((listener) => String(listener).includes('ExitStatus'));
  expect(ours).toEqual([]);
});
