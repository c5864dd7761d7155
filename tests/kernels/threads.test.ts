import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { installKernels, startTfjs } from '@bbb/kernels';
import { uniform } from './uniform.js';

test('worker threads have kernels of their own, with the same bits as the main thread', async () => {
  const workers = [0, 1].map(
    () =>
      new Worker(new URL('./in-worker.mjs', import.meta.url), {
        execArgv: ['--conditions=@bbb/source'],
      }),
  );
  const [first, second] = await Promise.all(
    workers.map(async (worker) => (await once(worker, 'message'))[0] as Float32Array),
  );
  await Promise.all(workers.map((worker) => worker.terminate()));
  await startTfjs();
  await installKernels();
  const y = tf.matMul(tf.tensor2d(uniform(17 * 33, 1), [17, 33]), tf.tensor2d(uniform(33 * 9, 2), [33, 9]));
  expect(first).toEqual(y.dataSync());
  expect(second).toEqual(first);
});
