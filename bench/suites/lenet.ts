import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential, type LayersModel } from '@tensorflow/tfjs-layers';
import { installKernels, wasmOps } from '@bbb/kernels';
import { cnn } from '@bbb/plugins';
import { here, milliseconds, type Contest } from '../contest.js';
import { CLASSES, DIVISOR, minibatches, mnist } from '../peers/images.js';
import type { PyTorch } from '../peers/pytorch.js';
import { onAllKernels, onKernels } from '../peers/tfjs.js';
import { BATCH, contextOf, trainerStep } from '../peers/trainer-step.js';

const IMAGES = 10_000;

/** LeNet-5 (20, 50, 500) on MNIST: our methods, and the code that a user of tfjs-layers would write. */
export async function lenetSuite(peers: readonly PyTorch[]): Promise<Contest[]> {
  return [...(await methods(peers)), ...(await layersContests(peers))];
}

/** Steps of our methods, each beside the same estimator in PyTorch. */
async function methods(peers: readonly PyTorch[]): Promise<Contest[]> {
  const images = await mnist(IMAGES);
  const [pixels, labels] = [images.pixels, images.labels].map((bytes) =>
    Buffer.from(bytes).toString('base64'),
  );
  for (const peer of peers) await peer.ask('load', { name: images.name, pixels, labels });
  const batches = minibatches(images, BATCH);
  const shape = { inputShape: [28, 28, 1], outputs: CLASSES };
  const lenet5 = cnn.create(cnn.options.parse({}), shape);
  const [strict, relaxed] = [await wasmOps(), await wasmOps({ fastMath: true })];
  const contest = (
    title: string,
    name: string,
    options: Record<string, unknown>,
    estimator: string,
  ): Contest => ({
    title: `step of ${title}, adam, LeNet-5, batch ${BATCH}, MNIST`,
    unit: milliseconds,
    contenders: [
      here('ours', trainerStep(name, options, contextOf(strict, lenet5, 'adam'), batches)),
      here('ours, relaxed', trainerStep(name, options, contextOf(relaxed, lenet5, 'adam'), batches)),
      ...peers.map((peer) =>
        peer.contender('lenet_step', { batch: BATCH, data: images.name, estimator, divisor: DIVISOR }),
      ),
    ],
  });
  return [
    contest('maximum likelihood', 'sgd', {}, 'point'),
    contest('Bayes by Backprop, Gaussian prior, weights', 'bbb-gaussian', {}, 'weights'),
    contest('Bayes by Backprop, Gaussian prior, local', 'bbb-gaussian', { estimator: 'local' }, 'local'),
  ];
}

/** Training (which tfjs-wasm's own kernels do not support) and evaluation. */
async function layersContests(peers: readonly PyTorch[]): Promise<Contest[]> {
  // Removing the kernels does not remove the gradients.
  (await installKernels())();
  const model = lenet();
  const x = tf.randomUniform([BATCH, 28, 28, 1], 0, 1, 'float32', 1);
  const labels = Int32Array.from({ length: BATCH }, (_, i) => i % CLASSES);
  const y = tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES);
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const rule = tf.train.adam(1e-3);
  const step = (): void => {
    const loss = (): tf.Scalar =>
      tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as tf.Tensor);
    rule.minimize(loss, false, variables);
  };
  const evaluate = (): void => (model.predictOnBatch(x) as tf.Tensor).dispose();
  const title = `LeNet-5 by tfjs-layers, batch ${BATCH}, noise`;
  return [
    {
      title: `step of maximum likelihood, adam, ${title}`,
      unit: milliseconds,
      contenders: [
        onKernels('ours', () => tf.tidy(step)),
        onKernels('ours, relaxed', () => tf.tidy(step)),
        ...peers.map((peer) => peer.contender('lenet_noise_step', { batch: BATCH })),
      ],
    },
    {
      title: `evaluation of ${title}`,
      unit: milliseconds,
      contenders: [...onAllKernels(() => tf.tidy(evaluate))],
    },
  ];
}

function lenet(): LayersModel {
  return sequential({
    layers: [
      layers.conv2d({ inputShape: [28, 28, 1], filters: 20, kernelSize: 5, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 50, kernelSize: 5, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 500, activation: 'relu' }),
      layers.dense({ units: CLASSES }),
    ],
  });
}
