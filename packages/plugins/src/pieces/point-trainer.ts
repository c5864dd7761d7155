import type { MethodContext, Trainer } from '@bbb/core';
import type { Prior } from '@bbb/kernels';
import { lazy } from './lazy.js';
import type { Loss } from './loss.js';
import { gradientScale, minibatchCost } from './objective.js';
import { allocWeights, freeAll } from './operands.js';
import { initialMoments, momentsOf, optimizerStep } from './optimiser.js';

/**
 * Minimises F_i = -log P(D_i | w) - 1/M log P(w): maximum likelihood under a flat prior, maximum a posteriori under
 * another. The parameters of the likelihood have no prior.
 *
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param loss of a minibatch, with the gradients of the weights
 * @param prior of every weight; a flat one means maximum likelihood
 */
export function pointTrainer(
  { ops, architecture, likelihood, optimizer }: MethodContext,
  loss: Loss,
  prior: Prior,
): Trainer {
  const { weights } = architecture;
  const all = [
    ...weights.map(({ name, shape }) => ({ name, shape, prior })),
    ...likelihood.parameters.map(({ name, shape }) => ({ name, shape, prior: { kind: 'flat' } as Prior })),
  ];
  const scratch = lazy(() => allocWeights(ops, all));
  const penalty: Trainer['complexityCost'] = (params) =>
    weights.reduce((sum, { name }) => sum - ops.logPrior(params[name]!, prior), 0);

  return {
    init: (params) => ({ params, moments: initialMoments(ops, optimizer, params), step: 0 }),
    step(state, batch, { learningRate, key }) {
      const grads = scratch.get();
      const result = loss.gradient(state.params, batch, key, gradientScale(batch), grads);
      const rule = optimizerStep(optimizer, learningRate, ++state.step);
      for (const parameter of all) {
        ops.updatePoint(state.params[parameter.name]!, {
          grad: grads[parameter.name]!,
          prior: parameter.prior,
          priorWeight: gradientScale(batch) / batch.batches,
          rule,
          moments: momentsOf(optimizer, state.moments, parameter.name),
        });
      }
      return result;
    },
    cost: (params, batch, key) =>
      minibatchCost(loss.value(params, batch, key).nll, penalty(params, key), 1 / batch.batches),
    complexityCost: penalty,
    dispose() {
      scratch.dispose((grads) => freeAll(ops, grads));
      loss.dispose();
    },
  };
}
