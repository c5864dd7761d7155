import builtIns, { categoricalLikelihood, mlp } from '@bbb/plugins';
import { createRegistry, fold, imageDataset, rootKey, runTrial, startBackend, type Trial } from '@bbb/core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import type { Ops } from '@bbb/kernels';
import { tfjsHeap } from '../../packages/kernels/src/tfjs/internals.js';
import { uniform } from './uniform.js';
import { adam, prunersOf, trialOf } from '../support/trial.js';

const registry = createRegistry([builtIns]);
const optimizer = adam(1e-3);
const bytes = (): number => tfjsHeap().memory.buffer.byteLength;

/** Noise images of 28 x 28: memory depends only on shapes. */
const images = (count: number, seed: number) => ({
  images: Uint8Array.from(uniform(count * 784, seed), (x) => (x + 1) * 127),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  count,
});

let ops: Ops;
beforeAll(async () => {
  ops = await startBackend();
});

// This case is first, because WebAssembly memory never shrinks.
test('a trial of Bayes by Backprop with 1200 units and Adam, pruned and measured, takes less than 250 MB', async () => {
  const method = registry.get('methods', 'bbb-mixture');
  const trial = trialOf({
    method: { use: 'bbb-mixture', options: method.options.parse({}) as Trial['method']['options'] },
    data: { use: 'noise', options: {}, validation: 128, divisor: 126 },
    hidden: [1200, 1200],
    training: { epochs: 2, batchSize: 128, optimizer },
    pruning: { pruners: prunersOf('snr'), shares: [0, 0.9], finetuneEpochs: 1 },
    prediction: { samples: 2 },
    select: 'best',
  });
  const before = tf.memory().numTensors;
  const dataset = imageDataset({
    name: 'noise',
    rows: 28,
    cols: 28,
    classes: 10,
    source: '',
    sha256: { 'train-images': '', 'train-labels': '', 't10k-images': '', 't10k-labels': '' },
    train: images(384, 1),
    test: images(1000, 2),
  });
  await runTrial({ trial, registry, dataset, ops });
  expect(bytes()).toBeLessThan(250e6);
  expect(tf.memory().numTensors).toBe(before);
}, 60_000);

test.each(['sgd', 'dropout', 'bbb-mixture'])(
  'a thousand steps of %s leave memory and tensors as they were',
  (name) => {
    const method = registry.get('methods', name);
    const { model, trainer } = method.create(method.options.parse({}), {
      architecture: mlp.create({ hidden: [33], activation: 'relu' }, { inputShape: [784], outputs: 10 }),
      likelihood: categoricalLikelihood(10),
      ops,
      optimizer,
      batchSize: 17,
    });
    const state = trainer.init(model.init(rootKey(1)));
    const x = ops.alloc([17, 784]) as tf.Tensor2D;
    ops.write(x, uniform(17 * 784, 3));
    const targets = Uint8Array.from({ length: 17 }, (_, i) => i % 10);
    const step = (index: number): void => {
      const batch = { x, targets, index: 0, batches: 1, examples: 17 };
      trainer.step(state, batch, { learningRate: 1e-3, key: fold(rootKey(1), index) });
    };
    for (let i = 0; i < 5; i++) step(i);
    const before = [bytes(), tf.memory().numTensors, tf.engine().backend.numDataIds()];
    for (let i = 5; i < 1005; i++) step(i);
    expect([bytes(), tf.memory().numTensors, tf.engine().backend.numDataIds()]).toEqual(before);
  },
);
