// The same work in a page and in Node. This file does not know in which of them it runs.
import * as tf from '@tensorflow/tfjs-core';
import {
  createRegistry,
  decodeCheckpoint,
  fold,
  openCheckpoint,
  predictWith,
  rootKey,
  startBackend,
  type Examples,
  type Uncertainty,
} from '@bbb/core';
import { keyedNormal, type Ops } from '@bbb/kernels';
import builtIns, { categoricalLikelihood, mlp } from '@bbb/plugins';

const registry = createRegistry([builtIns]);
const ADAM = { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** All results by name, as numbers. */
export type Numbers = Record<string, number[]>;

export async function work(checkpoint: Uint8Array, images: Uint8Array): Promise<Numbers> {
  const ops = await startBackend();
  return {
    ...tfjsOps(),
    ...train(ops, 'sgd', images),
    ...train(ops, 'bbb-mixture', images),
    ...predict(ops, checkpoint, images),
  };
}

function tfjsOps(): Numbers {
  const a = keyedNormal([37, 53], [1, 2]);
  const b = keyedNormal([37, 19], [3, 4]);
  const results: Record<string, tf.Tensor> = {
    normals: a,
    matMul: tf.matMul(a, b, true),
    exp: tf.exp(a),
    softplus: tf.softplus(a),
    softmax: tf.softmax(a),
    logSoftmax: tf.logSoftmax(b),
    gradient: tf.grad((x) => tf.sum(tf.logSoftmax(tf.matMul(a, x, true))))(b),
  };
  return Object.fromEntries(Object.entries(results).map(([name, x]) => [name, [...x.dataSync()]]));
}

function train(ops: Ops, use: string, images: Uint8Array): Numbers {
  const method = registry.get('methods', use);
  const { model, trainer } = method.create(method.options.parse({}), {
    architecture: mlp.create({ hidden: [33, 17], activation: 'relu' }, { inputShape: [784], outputs: 10 }),
    likelihood: categoricalLikelihood(10),
    ops,
    optimizer: ADAM,
    batchSize: 24,
  });
  const state = trainer.init(model.init(fold(rootKey(5), 'init')));
  const x = ops.alloc([24, 784]) as tf.Tensor2D;
  const targets = Uint8Array.from({ length: 24 }, (_, i) => i % 10);
  const nlls = Array.from({ length: 6 }, (_, index) => {
    const rows = Array.from({ length: 24 }, (__, i) => (7 * i + index) % (images.length / 784));
    ops.gatherPixels(x, images, rows, 126);
    const batch = { x, targets, index, batches: 6, examples: 144 };
    return trainer.step(state, batch, { learningRate: 1e-3, key: fold(rootKey(5), index) }).nll;
  });
  const trained = Object.entries(state.params).map(([name, w]) => [`${use} ${name}`, [...ops.read(w)]]);
  return { [`${use} nll`]: nlls, ...Object.fromEntries(trained) };
}

function predict(ops: Ops, checkpoint: Uint8Array, images: Uint8Array): Numbers {
  const { data, model, likelihood, params, dispose } = openCheckpoint(
    decodeCheckpoint(checkpoint),
    registry,
    ops,
  );
  const count = images.length / 784;
  const examples: Examples = {
    features: images,
    targets: new Uint8Array(count),
    inputShape: data.inputShape,
    rows: Uint32Array.from({ length: count }, (_, i) => i),
    preprocessing: data.preprocessing,
  };
  const way = { predict: 'samples', samples: 7 } as const;
  const u = predictWith({ ops, model, likelihood }, params, examples, way, rootKey(9)) as Uncertainty;
  dispose();
  return {
    probabilities: [...u.probabilities],
    predictiveEntropy: [...u.predictiveEntropy],
    mutualInformation: [...u.mutualInformation],
  };
}
