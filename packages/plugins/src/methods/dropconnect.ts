import type { Method, MethodContext } from '@bbb/core';
import type { Key } from '@bbb/kernels';
import { z } from 'zod';
import { lazy } from '../pieces/lazy.js';
import { networkLoss, type Loss } from '../pieces/loss.js';
import { allocWeights, freeAll, weightKey, type Operands } from '../pieces/operands.js';
import { initialiserOption, probability } from '../pieces/option-schemas.js';
import { pointModel, type WeightNoise } from '../pieces/point-model.js';
import { pointTrainer } from '../pieces/point-trainer.js';

export const dropconnectOptions = z.strictObject({
  p: probability.default(0.5).describe('Probability of dropping a weight or bias.'),
  initialiser: initialiserOption({ kind: 'fan-in' }),
});
export type DropconnectOptions = z.output<typeof dropconnectOptions>;

/**
 * out = M * W / (1 - p), where M is a Bernoulli mask over weights and biases. The mask is a function of the key.
 *
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param p probability that a weight is dropped, in [0, 1)
 */
export function dropWeights({ ops, architecture }: MethodContext, p: number): WeightNoise {
  return (out, weights, key) => {
    for (const { name } of architecture.weights) {
      ops.dropout(out[name]!, weights[name]!, p, weightKey(key, name));
    }
  };
}

/**
 * -log P(D_i | M * W / (1 - p)), with one mask for each minibatch (Wan et al. 2013 draw one for each example). The backward pass computes the
 * same mask again from its key.
 *
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param p probability that a weight is dropped, in [0, 1)
 */
export function dropconnectLoss(context: MethodContext, p: number): Loss {
  const { ops, architecture } = context;
  const inner = networkLoss(context);
  if (p === 0) return inner;
  const drop = dropWeights(context, p);
  const masked = lazy(() => allocWeights(ops, architecture.weights));
  const draw = (weights: Operands, key: Key): Operands => {
    drop(masked.get(), weights, key);
    return { ...weights, ...masked.get() };
  };
  return {
    value: (weights, batch, key) => inner.value(draw(weights, key), batch, key),
    gradient(weights, batch, key, scale, grads) {
      const result = inner.gradient(draw(weights, key), batch, key, scale, grads);
      drop(grads, grads, key);
      return result;
    },
    dispose() {
      masked.dispose((operands) => freeAll(ops, operands));
      inner.dispose();
    },
  };
}

export const dropconnect: Method<DropconnectOptions> = {
  description: 'Dropout on the weights themselves, in training and, for sampled predictions, afterwards.',
  source: 'Wan et al. 2013, "Regularization of Neural Networks using DropConnect"',
  options: dropconnectOptions,
  pruner: 'magnitude',
  create: ({ p, initialiser }, context) => ({
    model: pointModel(context, initialiser, p > 0 ? dropWeights(context, p) : undefined),
    trainer: pointTrainer(context, dropconnectLoss(context, p), { kind: 'flat' }),
  }),
};
