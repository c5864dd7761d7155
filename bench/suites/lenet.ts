import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential, type LayersModel } from '@tensorflow/tfjs-layers';
import { installKernels } from '@bbb/kernels';
import { milliseconds, type Contest } from '../contest.js';
import type { PyTorch } from '../peers/pytorch.js';
import { onAllKernels, onKernels } from '../peers/tfjs.js';

const BATCH = 128;
const CLASSES = 10;

/** LeNet-5 (20, 50, 500) as a user of tfjs-layers writes it: trained, which tfjs-wasm's own kernels can not do, and evaluated. */
export async function lenetSuite(peers: readonly PyTorch[]): Promise<Contest[]> {
  // The gradients stay when the kernels go.
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
        ...peers.map((peer) => peer.contender('lenet_step', { batch: BATCH })),
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
