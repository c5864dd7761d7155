import { rootKey, startBackend } from '@bbb/core';
import { categoricalLikelihood, gaussianModel, mlp, network, pointModel } from '@bbb/plugins';
import { toyContext } from '@bbb/contract/toy';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

const ops = await startBackend();
const sgd = { kind: 'sgd', learningRate: 0.1, momentum: 0 } as const;
const INPUTS = 4;
const contextOf = (classes: number) => {
  const options = { hidden: [16, 8], activation: 'relu' } as const;
  const architecture = mlp.create(
    { ...options, hidden: [...options.hidden] },
    { inputShape: [INPUTS], outputs: classes },
  );
  return toyContext(ops, { architecture, likelihood: categoricalLikelihood(classes) }, sgd, 8);
};
const fanIn = { kind: 'fan-in' } as const;
const context = contextOf(3);
/** The same network with a last layer that does not fit, so the error comes after the other layers have run. */
const other = contextOf(4);

/** The number of tensors that a failure leaves behind. */
function leftBy(run: () => unknown): number {
  const before = tf.memory().numTensors;
  expect(run).toThrow(expect.objectContaining({ code: 'KERNEL_SHAPE' }));
  return tf.memory().numTensors - before;
}

describe('no tensor is left by', () => {
  it('outputs of inputs that are too wide', () => {
    const model = pointModel(context, fanIn);
    const drawn = model.draw(model.init(rootKey(1)), 'mean');
    const x = tf.zeros<tf.Rank.R2>([5, INPUTS + 1]);
    expect(leftBy(() => drawn.outputs(x))).toBe(0);
  });

  it('outputs whose last layer does not fit', () => {
    const weights = pointModel(other, fanIn).init(rootKey(1));
    const drawn = network(context, weights);
    const x = tf.zeros<tf.Rank.R2>([5, INPUTS]);
    expect(leftBy(() => drawn.outputs(x))).toBe(0);
  });

  it('a draw from a Gaussian posterior of another network, and its sigmas', () => {
    const model = gaussianModel(context, fanIn, -3);
    const params = gaussianModel(other, fanIn, -3).init(rootKey(1));
    expect(leftBy(() => model.draw(params, rootKey(2)))).toBe(0);
    expect(leftBy(() => model.posterior(params))).toBe(0);
  });

  it('a draw of noise on the weights of another network', () => {
    const noise: Parameters<typeof pointModel>[2] = (out, weights, key) => {
      for (const name of Object.keys(out)) ops.dropout(out[name]!, weights[name]!, 0.5, key);
    };
    const params = pointModel(other, fanIn).init(rootKey(1));
    expect(leftBy(() => pointModel(context, fanIn, noise).draw(params, rootKey(2)))).toBe(0);
  });
});
