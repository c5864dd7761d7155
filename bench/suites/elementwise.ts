import { defaultDevice, init, jit, numpy as np } from '@jax-js/jax';
import * as tf from '@tensorflow/tfjs-core';
import { here, nanosecondsEach, type Contest } from '../contest.js';
import type { PyTorch } from '../peers/pytorch.js';
import { onAllKernels } from '../peers/tfjs.js';

/** The number of weights in the first layer of 784-400-400-10. */
const SIZE = 784 * 400;

const functions = { exp: tf.exp, log: tf.log, sigmoid: tf.sigmoid, softplus: tf.softplus, sin: tf.sin };

/** Elementwise functions, the softmaxes and sums, per number. */
export async function elementwiseSuite(peers: readonly PyTorch[]): Promise<Contest[]> {
  await init('wasm');
  defaultDevice('wasm');
  const line = tf.linspace(-8, 8, SIZE);
  const positive = tf.add(tf.abs(line), 0.1);
  const unary = Object.entries(functions).map(([name, f]): Contest => {
    const x = name === 'log' ? positive : line;
    return {
      title: `${name} of ${SIZE} numbers`,
      unit: nanosecondsEach(SIZE),
      contenders: [
        ...onAllKernels(() => f(x).dispose()),
        ...(name === 'exp' ? [jaxExp(x)] : []),
        ...peers.map((peer) => peer.contender('unary', { name, size: SIZE })),
      ],
    };
  });
  const softmaxes = [false, true].map((log): Contest => {
    const x = tf.reshape(tf.linspace(-8, 8, 10_000 * 10), [10_000, 10]);
    const f = log ? tf.logSoftmax : tf.softmax;
    return {
      title: `${log ? 'logSoftmax' : 'softmax'} of [10000, 10]`,
      unit: nanosecondsEach(x.size),
      contenders: [
        ...onAllKernels(() => f(x).dispose()),
        ...peers.map((peer) => peer.contender('softmax', { rows: 10_000, classes: 10, log })),
      ],
    };
  });
  const batch = tf.reshape(tf.linspace(-8, 8, 128 * 400), [128, 400]);
  const sums = Object.entries({ columns: 0, rows: 1 }).map(([name, axis]): Contest => ({
    title: `sum of the ${name} of [128, 400]`,
    unit: nanosecondsEach(batch.size),
    contenders: onAllKernels(() => tf.sum(batch, axis).dispose()),
  }));
  return [...unary, ...softmaxes, ...sums];
}

function jaxExp(x: tf.Tensor) {
  const input = np.array(x.dataSync());
  const exp = jit((values: np.Array) => np.exp(values));
  return here('jax-js', async () => {
    const y = exp(input.ref);
    await y.blockUntilReady();
    y.dispose();
  });
}
