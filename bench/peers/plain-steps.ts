import * as tf from '@tensorflow/tfjs-core';
import { CLASSES, DIVISOR, INPUTS, inTurn, type Images, type Minibatch } from './images.js';

/** Training steps of 784-hidden-hidden-10 as a user of plain tfjs would write them. */
export interface PlainStep {
  run(): void;
}

/** The prior of Blundell et al. 2015: pi N(0, 1) + (1 - pi) N(0, e^-12). */
const PI = 0.5;
const SIGMA1 = 1;
const SIGMA2 = 0.0024787521766663585;

const shapes = (hidden: number): [number, number][] => [
  [INPUTS, hidden],
  [hidden, hidden],
  [hidden, CLASSES],
];

function forward(x: tf.Tensor, weights: readonly tf.Tensor[]): tf.Tensor2D {
  let h = x;
  for (let i = 0; i < weights.length; i += 2) {
    h = tf.add(tf.matMul(h, weights[i]!), weights[i + 1]!);
    if (i + 2 < weights.length) h = tf.relu(h);
  }
  return h as tf.Tensor2D;
}

const optimizer = (kind: 'sgd' | 'adam'): tf.Optimizer =>
  kind === 'adam' ? tf.train.adam(1e-3) : tf.train.sgd(0.1);

function feed(batches: readonly Minibatch[]): () => { x: tf.Tensor2D; labels: tf.Tensor } {
  return inTurn(
    batches.map(({ x, labels }) => ({ x, labels: tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES) })),
  );
}

export function plainPoint(hidden: number, batches: readonly Minibatch[], kind: 'sgd' | 'adam'): PlainStep {
  const next = feed(batches);
  const weights = shapes(hidden).flatMap(([i, o]) => [
    tf.variable(tf.randomUniform([i, o], -0.04, 0.04)),
    tf.variable(tf.zeros([o])),
  ]);
  const rule = optimizer(kind);
  const loss = (): tf.Scalar => {
    const { x, labels } = next();
    return tf.losses.softmaxCrossEntropy(labels, forward(x, weights));
  };
  return { run: () => void rule.minimize(loss) };
}

export function plainBbb(
  hidden: number,
  batches: readonly Minibatch[],
  kind: 'sgd' | 'adam',
  examples = 60_000,
): PlainStep {
  const next = feed(batches);
  const posteriors = shapes(hidden)
    .flatMap(([i, o]) => [[i, o], [o]])
    .map((shape) => ({
      mu: tf.variable(tf.randomUniform(shape, -0.2, 0.2)),
      rho: tf.variable(tf.fill(shape, -4.5)),
    }));
  const rule = optimizer(kind);
  const loss = (): tf.Scalar => {
    let complexity: tf.Tensor = tf.scalar(0);
    const weights = posteriors.map(({ mu, rho }) => {
      const sigma = tf.softplus(rho);
      const epsilon = tf.randomNormal(mu.shape);
      const w = tf.add(mu, tf.mul(sigma, epsilon));
      const logQ = tf.sub(tf.neg(tf.log(sigma)), tf.mul(tf.square(epsilon), 0.5));
      complexity = tf.add(complexity, tf.sum(tf.sub(logQ, logPrior(w))));
      return w;
    });
    const { x, labels } = next();
    const nll = tf.losses.softmaxCrossEntropy(labels, forward(x, weights));
    return tf.add(nll, tf.div(complexity, examples));
  };
  return { run: () => void rule.minimize(loss) };
}

/** log(pi N(w; 0, sigma1^2) + (1 - pi) N(w; 0, sigma2^2)) up to a constant, as log-sum-exp. */
function logPrior(w: tf.Tensor): tf.Tensor {
  const square = tf.square(w);
  const a = tf.add(tf.mul(square, -0.5 / SIGMA1 ** 2), Math.log(PI / SIGMA1));
  const b = tf.add(tf.mul(square, -0.5 / SIGMA2 ** 2), Math.log((1 - PI) / SIGMA2));
  // log(e^a + e^b) = a + softplus(b - a): one function instead of a maximum, two exponentials and a logarithm.
  return tf.add(a, tf.softplus(tf.sub(b, a)));
}

/** Class probabilities of all images, a thousand at a time. */
export function plainEvaluation(hidden: number, { count, pixels }: Images): PlainStep {
  const weights = shapes(hidden).flatMap(([i, o]) => [tf.randomUniform([i, o], -0.04, 0.04), tf.zeros([o])]);
  const CHUNK = 1000;
  return {
    run() {
      for (let first = 0; first < count; first += CHUNK) {
        tf.tidy(() => {
          const chunk = pixels.subarray(first * INPUTS, (first + CHUNK) * INPUTS);
          const x = tf.div(tf.tensor2d(chunk, [CHUNK, INPUTS], 'float32'), DIVISOR);
          tf.softmax(forward(x, weights)).dataSync();
        });
      }
    },
  };
}
