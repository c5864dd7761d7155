import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { installKernels, startTfjs } from '@bbb/kernels';
import { registerCpu } from '../support/cpu-reference.js';
import { uniform } from './uniform.js';

beforeAll(async () => {
  registerCpu();
  await startTfjs();
});

const [EXAMPLES, SIZE, CLASSES] = [48, 12, 3];

/** Images of horizontal, vertical and crossed bars, with noise. */
function bars(): { x: tf.Tensor4D; y: tf.Tensor2D } {
  const pixels = uniform(EXAMPLES * SIZE * SIZE, 7);
  const labels = Int32Array.from({ length: EXAMPLES }, (_, i) => i % CLASSES);
  labels.forEach((label, i) => {
    for (let j = 0; j < SIZE; j++) {
      const at = 2 + ((i * 5) % (SIZE - 4));
      if (label !== 1) pixels[i * SIZE * SIZE + at * SIZE + j]! += 2;
      if (label !== 0) pixels[i * SIZE * SIZE + j * SIZE + at]! += 2;
    }
  });
  const y = tf.tidy(
    () => tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES), 'float32') as tf.Tensor2D,
  );
  return { x: tf.tensor4d(pixels, [EXAMPLES, SIZE, SIZE, 1]), y };
}

/** Trains an ordinary network of tfjs-layers with `fit`. Returns its loss after each epoch. */
async function losses(activation: 'relu' | 'tanh', optimizer: () => tf.Optimizer): Promise<number[]> {
  const seeded = (seed: number) => layers.initializers.glorotUniform({ seed });
  const model = layers.sequential({
    layers: [
      layers.layers.conv2d({
        inputShape: [SIZE, SIZE, 1],
        filters: 5,
        kernelSize: 3,
        activation,
        padding: 'same',
        kernelInitializer: seeded(1),
      }),
      layers.layers.maxPooling2d({ poolSize: 2 }),
      layers.layers.conv2d({ filters: 8, kernelSize: 3, activation, kernelInitializer: seeded(2) }),
      layers.layers.averagePooling2d({ poolSize: 2 }),
      layers.layers.flatten(),
      layers.layers.dense({ units: CLASSES, activation: 'softmax', kernelInitializer: seeded(3) }),
    ],
  });
  model.compile({ optimizer: optimizer(), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const { x, y } = bars();
  const { history } = await model.fit(x, y, { epochs: 6, batchSize: 16, shuffle: false, verbose: 0 });
  tf.dispose([x, y]);
  model.dispose();
  return history['loss'] as number[];
}

test.each([
  ['relu', 'adam'],
  ['tanh', 'momentum'],
] as const)('an ordinary CNN with %s and %s learns as on the CPU backend', async (activation, rule) => {
  const optimizer = (): tf.Optimizer => (rule === 'adam' ? tf.train.adam(0.01) : tf.train.momentum(0.1, 0.9));
  const uninstall = await installKernels();
  const ours = await losses(activation, optimizer);
  uninstall();
  await tf.setBackend('cpu');
  const expected = await losses(activation, optimizer);
  await tf.setBackend('wasm');
  expect(ours).toHaveLength(6);
  ours.forEach((loss, epoch) => expect(loss).toBeCloseTo(expected[epoch]!, 3));
  expect(ours[5]!).toBeLessThan(0.8 * ours[0]!);
});

test('without our kernels tfjs-wasm can not train it', async () => {
  const uninstall = await installKernels();
  uninstall();
  await expect(losses('relu', () => tf.train.sgd(0.1))).rejects.toThrow(
    /Conv2DBackpropFilter.*not registered/,
  );
});
