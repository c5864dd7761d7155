import type { MethodContext, Trainer } from '@bbb/core';
import type { Operand, OptimizerStep, Prior } from '@bbb/kernels';
import { concreteKl } from './concrete-kl.js';
import { droppedLayers, rateName } from './concrete-rates.js';
import { lazy } from './lazy.js';
import type { Loss } from './loss.js';
import { gradientScale, minibatchCost } from './objective.js';
import { allocWeights, freeAll } from './operands.js';
import { initialMoments, momentsOf, optimizerStep } from './optimiser.js';
import { temper, type Tempering } from './tempering.js';

/**
 * Follows the gradient of -log P(D_i | w, z) + KL / M for weights and dropout rates; see `concreteKl`.
 *
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param loss with gradients of weights and of rates: {@link concreteLoss}
 * @param sigma standard deviation of the prior of a weight
 * @param tempering weight of the KL, and over how many epochs it rises to that
 */
export function concreteTrainer(
  context: MethodContext,
  loss: Loss,
  sigma: number,
  tempering: Tempering,
): Trainer {
  const { ops, architecture, likelihood, optimizer } = context;
  const { weights } = architecture;
  const layers = droppedLayers(context);
  const rates = layers.map(({ weight }) => ({ name: rateName(weight.layer), shape: [1] }));
  const scratch = lazy(() => allocWeights(ops, [...weights, ...likelihood.parameters, ...rates]));

  const kl = concreteKl(context, sigma);

  return {
    init: (params) => ({ params, moments: initialMoments(ops, optimizer, params), step: 0 }),
    step(state, batch, stepContext) {
      const { learningRate, key } = stepContext;
      const { params, moments } = state;
      const grads = scratch.get();
      const result = loss.gradient(params, batch, key, gradientScale(batch), grads);
      const klWeight = (gradientScale(batch) / batch.batches) * temper(tempering, batch, stepContext);
      const rule = optimizerStep(optimizer, learningRate, ++state.step);
      const update = (name: string, grad: Operand, prior: Prior, at: OptimizerStep): void =>
        ops.updatePoint(params[name]!, {
          grad,
          prior,
          priorWeight: klWeight,
          rule: at,
          moments: momentsOf(optimizer, moments, name),
        });
      // Computed before any weight moves, so that all slopes belong to the same parameters.
      const slopes = layers.map(({ weight }) => {
        const grad = grads[rateName(weight.layer)]!;
        ops.write(grad, [ops.read(grad)[0]! + klWeight * kl.rateSlope(params, weight)]);
        return { name: rateName(weight.layer), grad };
      });
      for (const spec of weights) {
        const scale = sigma * Math.sqrt(1 - kl.rateOf(params, spec));
        update(spec.name, grads[spec.name]!, { kind: 'gaussian', sigma: scale }, rule);
      }
      for (const { name } of likelihood.parameters) update(name, grads[name]!, { kind: 'flat' }, rule);
      for (const { name, grad } of slopes) update(name, grad, { kind: 'flat' }, rule);
      return result;
    },
    cost: (params, batch, key) =>
      minibatchCost(
        loss.value(params, batch, key).nll,
        kl.value(params),
        temper(tempering, batch) / batch.batches,
      ),
    complexityCost: (params) => kl.value(params),
    dispose() {
      scratch.dispose((grads) => freeAll(ops, grads));
      loss.dispose();
    },
  };
}
