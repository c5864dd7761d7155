import {
  autodiffTrainer,
  hold,
  restoreParams,
  startBackend,
  type AutodiffOptions,
  type KeepMasks,
  type Params,
} from '@bbb/core';
import { categoricalLikelihood, mlp } from '@bbb/plugins';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

const ops = await startBackend();
const paramsOf = (shapes: Readonly<Record<string, readonly number[]>>): Params =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, ops.alloc(shape) as tf.Tensor]));

/** The number of tensors that a failure leaves behind, and the error. */
function failureOf(run: () => unknown): { left: number; error: unknown } {
  const before = tf.memory().numTensors;
  try {
    run();
  } catch (error) {
    return { left: tf.memory().numTensors - before, error };
  }
  throw new Error('It should have failed.');
}

describe('no tensor is left by', () => {
  it('a checkpoint whose last tensor does not fit', () => {
    const like = paramsOf({ a: [2], b: [3] });
    const stored = {
      'params.a': { dtype: 'F32', shape: [2], data: new Float32Array(2) },
      'params.b': { dtype: 'F32', shape: [4], data: new Float32Array(4) },
    } as const;
    const { left, error } = failureOf(() => restoreParams(ops, stored, 'params', like));
    expect(error).toMatchObject({
      code: 'E_CHECKPOINT_MISMATCH',
      message: 'The checkpoint has no tensor of floats params.b of shape [3].',
    });
    expect(left).toBe(0);
  });

  const sum = (x: tf.Tensor): tf.Tensor => tf.sum(x);
  const broken = (): never => {
    throw new Error('no loss today');
  };
  const cases: [string, (outputs: tf.Tensor2D) => tf.Tensor, number, KeepMasks, RegExp][] = [
    ['that throws', (outputs) => tf.add(sum(tf.square(outputs)), broken()), 3, {}, /no loss today/],
    // The test does not use an op without a gradient, because another test in this thread may have registered one.
    ['that does not depend on the weights', () => tf.scalar(1), 3, {}, /grad/i],
    ['on batches with too few labels', sum, 2, {}, /labels/],
    ['under a mask that does not fit', sum, 3, { b: Uint8Array.of(1, 1, 1) }, /fillWhereZero/],
  ];
  it.each(cases)('a step along an objective %s', (_title, loss, labels, keep, message) => {
    const objective: AutodiffOptions['objective'] = (params, { x }) => {
      const outputs = tf.add(tf.matMul(x, params['w'] as tf.Tensor2D), params['b']!) as tf.Tensor2D;
      return { loss: loss(outputs), outputs };
    };
    const optimizer = { kind: 'sgd', learningRate: 0.1, momentum: 0 } as const;
    const architecture = mlp.create({ hidden: [], activation: 'relu' }, { inputShape: [4], outputs: 2 });
    const likelihood = categoricalLikelihood(2);
    const context = { ops, optimizer, architecture, likelihood, batchSize: 3 };
    const trainer = autodiffTrainer({ objective }, context);
    const state = trainer.init(paramsOf({ w: [4, 2], b: [2] }));
    const params = ['w', 'b'].map((name) => ({
      name,
      shape: state.params[name]!.shape,
      weight: name,
      pruned: 0,
    }));
    const batch = { x: tf.ones<tf.Rank.R2>([3, 4]), targets: new Uint8Array(labels) };
    const place = { index: 0, batches: 1, examples: 3 };
    const { left, error } = failureOf(() => {
      trainer.step(state, { ...batch, ...place }, { learningRate: 0.1, key: [0, 1] });
      hold(ops, { params }, state, keep);
    });
    expect(String(error)).toMatch(message);
    expect(left).toBe(0);
  });
});
