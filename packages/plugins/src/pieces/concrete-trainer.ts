import { log, sizeOf, type MethodContext, type Params, type Trainer, type WeightSpec } from '@bbb/core';
import type { Operand, OptimizerStep, Prior } from '@bbb/kernels';
import { droppedLayers, entropyOf, logitOf, rateAt, rateName } from './concrete-rates.js';
import { lazy } from './lazy.js';
import type { Loss } from './loss.js';
import { gradientScale, minibatchCost } from './objective.js';
import { allocWeights, freeAll } from './operands.js';
import { initialMoments, momentsOf, optimizerStep } from './optimiser.js';
import { temper, type Tempering } from './tempering.js';

const HALF_LOG_2PI = 0.9189385332046727;

/**
 * Follows the gradient of -log P(D_i | w, z) + KL / M for weights and dropout rates. KL is that of Gal, Hron & Kendall 2017 (equation 3),
 * written for the weights that the forward pass multiplies by, which are 1 - p times those of the paper: for each layer with K input units
 *
 * |W|^2 / (2 sigma^2 (1 - p)) - K H(p),  H(p) the entropy of a coin of probability p,
 *
 * for a prior N(0, sigma^2) over the weights of the paper (sigma = 1 / l, where l is its length scale). Biases are points under the same
 * prior. The published code uses twice this KL together with twice the negative log-likelihood of a regression.
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

  const rateOf = (params: Params, { role, layer }: WeightSpec): number =>
    (role === 'weight' && rateAt(context, params, layer)) || 0;
  /** |w|^2 / (2 sigma^2), computed from the density of the prior, which adds a constant. */
  const norm = (params: Params, { name, shape }: WeightSpec): number =>
    -ops.logPrior(params[name]!, { kind: 'gaussian', sigma }) - sizeOf(shape) * (HALF_LOG_2PI + log(sigma));

  const complexity = (params: Params): number =>
    weights.reduce((sum, spec) => sum + norm(params, spec) / (1 - rateOf(params, spec)), 0) -
    layers.reduce(
      (sum, { weight }) => sum + weight.inputUnits * entropyOf(rateAt(context, params, weight.layer)!),
      0,
    );
  /** d KL / d logit p of a layer. */
  const rateSlope = (params: Params, weight: WeightSpec): number => {
    const p = rateAt(context, params, weight.layer)!;
    return (norm(params, weight) * p) / (1 - p) + weight.inputUnits * logitOf(p) * p * (1 - p);
  };

  return {
    init: (params) => ({ params, moments: initialMoments(ops, optimizer, params), step: 0 }),
    step(state, batch, stepContext) {
      const { learningRate, key } = stepContext;
      const { params, moments } = state;
      const grads = scratch.get();
      const result = loss.gradient(params, batch, key, gradientScale(batch), grads);
      const kl = (gradientScale(batch) / batch.batches) * temper(tempering, batch, stepContext);
      const rule = optimizerStep(optimizer, learningRate, ++state.step);
      const update = (name: string, grad: Operand, prior: Prior, at: OptimizerStep): void =>
        ops.updatePoint(params[name]!, {
          grad,
          prior,
          priorWeight: kl,
          rule: at,
          moments: momentsOf(optimizer, moments, name),
        });
      // Computed before any weight moves, so that all slopes belong to the same parameters.
      const slopes = layers.map(({ weight }) => {
        const grad = grads[rateName(weight.layer)]!;
        ops.write(grad, [ops.read(grad)[0]! + kl * rateSlope(params, weight)]);
        return { name: rateName(weight.layer), grad };
      });
      for (const spec of weights) {
        const scale = sigma * Math.sqrt(1 - rateOf(params, spec));
        update(spec.name, grads[spec.name]!, { kind: 'gaussian', sigma: scale }, rule);
      }
      for (const { name } of likelihood.parameters) update(name, grads[name]!, { kind: 'flat' }, rule);
      for (const { name, grad } of slopes) update(name, grad, { kind: 'flat' }, rule);
      return result;
    },
    cost: (params, batch, key) =>
      minibatchCost(
        loss.value(params, batch, key).nll,
        complexity(params),
        temper(tempering, batch) / batch.batches,
      ),
    complexityCost: complexity,
    dispose() {
      scratch.dispose((grads) => freeAll(ops, grads));
      loss.dispose();
    },
  };
}
