import { log, sizeOf, type MethodContext, type Params, type WeightSpec } from '@bbb/core';
import { droppedLayers, entropyOf, logitOf, rateAt } from './concrete-rates.js';

const HALF_LOG_2PI = 0.9189385332046727;

/** The complexity cost of a network with dropout rates, in nats, and what its gradients need. */
export interface ConcreteKl {
  value(params: Params): number;
  /** d KL / d logit p of the layer of this weight tensor. */
  rateSlope(params: Params, weight: WeightSpec): number;
  /** The rate p on the inputs of a weight tensor. 0 without dropout, and for a bias. */
  rateOf(params: Params, weight: WeightSpec): number;
}

/**
 * The KL of Gal, Hron & Kendall 2017 (equation 3), written for the weights that the forward pass multiplies by, which are 1 - p times those of
 * the paper: for each layer with K input units
 *
 * |W|^2 / (2 sigma^2 (1 - p)) - K H(p),  H(p) the entropy of a coin of probability p,
 *
 * for a prior N(0, sigma^2) over the weights of the paper (sigma = 1 / l, where l is its length scale). Biases are points under the same
 * prior. The published code uses twice this KL together with twice the negative log-likelihood of a regression.
 */
export function concreteKl(context: MethodContext, sigma: number): ConcreteKl {
  const { ops, architecture } = context;
  const layers = droppedLayers(context);
  const rateOf = (params: Params, { role, layer }: WeightSpec): number =>
    (role === 'weight' && rateAt(context, params, layer)) || 0;
  /** |w|^2 / (2 sigma^2), computed from the density of the prior, which adds a constant. */
  const norm = (params: Params, { name, shape }: WeightSpec): number =>
    -ops.logPrior(params[name]!, { kind: 'gaussian', sigma }) - sizeOf(shape) * (HALF_LOG_2PI + log(sigma));
  return {
    value: (params) =>
      architecture.weights.reduce((sum, spec) => sum + norm(params, spec) / (1 - rateOf(params, spec)), 0) -
      layers.reduce(
        (sum, { weight }) => sum + weight.inputUnits * entropyOf(rateAt(context, params, weight.layer)!),
        0,
      ),
    rateSlope(params, weight) {
      const p = rateAt(context, params, weight.layer)!;
      return (norm(params, weight) * p) / (1 - p) + weight.inputUnits * logitOf(p) * p * (1 - p);
    },
    rateOf,
  };
}
