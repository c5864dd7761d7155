import {
  keyedDraws,
  keyOf,
  sizeOf,
  type GaussianPrior,
  type MethodContext,
  type Model,
  type Params,
  type WeightSpec,
} from '@bbb/core';
import type { Key, Ops, VarianceGaussian } from '@bbb/kernels';
import { initialLikelihood, initialWeights, likelihoodSpecs, type Initialiser } from './initialiser.js';
import { drawnNetwork, network } from './network.js';
import { readFloat32, weightKey, type Operands } from './operands.js';

/** The posterior of one weight tensor: parameters `<weight>.mu` and `<weight>.variance`. */
export function varianceOf(params: Params, name: string): VarianceGaussian {
  return { mu: params[`${name}.mu`]!, variance: params[`${name}.variance`]! };
}

/** w = mu + sqrt(variance) epsilon for every weight tensor, epsilon a function of the key. */
export function drawByVariance(
  ops: Ops,
  specs: readonly WeightSpec[],
  out: Operands,
  params: Params,
  key: Key,
): void {
  for (const { name } of specs) {
    const { mu, variance } = varianceOf(params, name);
    ops.sampleActivations(out[name]!, mu, variance, weightKey(key, name));
  }
}

/**
 * A diagonal Gaussian over the weights by means and variances: what a trainer wants that moves the precision itself. A pruned weight
 * has mu = 0 and variance 0, so that every draw is exactly 0.
 *
 * @param sigma0 the standard deviation that every weight starts with
 * @param prior told to criteria
 */
export function varianceModel(
  context: MethodContext,
  initialiser: Initialiser,
  sigma0: number,
  prior: GaussianPrior,
): Model {
  const { ops, architecture } = context;
  const { weights } = architecture;
  const means = (params: Params): Operands => ({
    ...params,
    ...Object.fromEntries(weights.map(({ name }) => [name, varianceOf(params, name).mu])),
  });
  return {
    architecture,
    params: [
      ...weights.flatMap(({ name, shape }) => [
        { name: `${name}.mu`, shape, weight: name, pruned: 0, mean: true },
        { name: `${name}.variance`, shape, weight: name, pruned: 0 },
      ]),
      ...likelihoodSpecs(context),
    ],
    stochastic: true,
    init(key) {
      const mu = initialWeights(context, initialiser, key);
      const posterior = weights.flatMap(({ name, shape }) => {
        const variance = ops.alloc(shape);
        ops.write(variance, new Float64Array(sizeOf(shape)).fill(sigma0 * sigma0));
        return [
          [`${name}.mu`, mu[name]!],
          [`${name}.variance`, variance],
        ] as const;
      });
      return { ...Object.fromEntries(posterior), ...initialLikelihood(context) };
    },
    draws: keyedDraws,
    draw(params, draw) {
      if (draw === 'mean') return network(context, means(params));
      return drawnNetwork(context, params, (drawn) =>
        drawByVariance(ops, weights, drawn, params, keyOf(draw)),
      );
    },
    posterior: (params) =>
      weights.map((spec) => {
        const { mu, variance } = varianceOf(params, spec.name);
        return { ...spec, mu: readFloat32(ops, mu), sigma: readFloat32(ops, variance).map(Math.sqrt), prior };
      }),
  };
}
