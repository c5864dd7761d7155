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
import type { Gaussian, Key, Ops } from '@bbb/kernels';
import { initialLikelihood, initialWeights, likelihoodSpecs, type Initialiser } from './initialiser.js';
import { drawnNetwork, network } from './network.js';
import { readFloat32, weightKey, type Operands } from './operands.js';

/** The posterior of one weight tensor: parameters `<weight>.mu` and `<weight>.rho`. */
export function gaussianOf(params: Params, name: string): Gaussian {
  return { mu: params[`${name}.mu`]!, rho: params[`${name}.rho`]! };
}

/** w = mu + softplus(rho) epsilon for every weight tensor, epsilon a function of the key. */
export function drawWeights(
  ops: Ops,
  specs: readonly WeightSpec[],
  out: Operands,
  params: Params,
  key: Key,
): void {
  for (const { name } of specs) {
    ops.sampleGaussian(out[name]!, gaussianOf(params, name), weightKey(key, name));
  }
}

/**
 * A diagonal Gaussian over the weights (Blundell et al. 2015, section 3.2). A pruned weight has mu = 0 and
 * rho = -Infinity, so that sigma = softplus(rho) and every draw are exactly 0.
 *
 * @param rho0 where every rho starts
 * @param prior told to criteria, where it is Gaussian
 */
export function gaussianModel(
  context: MethodContext,
  initialiser: Initialiser,
  rho0: number,
  prior?: GaussianPrior,
): Model {
  const { ops, architecture } = context;
  const { weights } = architecture;
  const means = (params: Params): Operands => ({
    ...params,
    ...Object.fromEntries(weights.map(({ name }) => [name, gaussianOf(params, name).mu])),
  });
  const sigma = (params: Params, { name, shape }: WeightSpec): Float32Array => {
    const scratch = ops.alloc(shape);
    try {
      ops.softplus(scratch, gaussianOf(params, name).rho);
      return readFloat32(ops, scratch);
    } finally {
      ops.free(scratch);
    }
  };
  return {
    architecture,
    params: [
      ...weights.flatMap(({ name, shape }) => [
        { name: `${name}.mu`, shape, weight: name, pruned: 0 },
        { name: `${name}.rho`, shape, weight: name, pruned: -Infinity },
      ]),
      ...likelihoodSpecs(context),
    ],
    stochastic: true,
    init(key) {
      const mu = initialWeights(context, initialiser, key);
      const posterior = weights.flatMap(({ name, shape }) => {
        const rho = ops.alloc(shape);
        ops.write(rho, new Float32Array(sizeOf(shape)).fill(rho0));
        return [
          [`${name}.mu`, mu[name]!],
          [`${name}.rho`, rho],
        ] as const;
      });
      return { ...Object.fromEntries(posterior), ...initialLikelihood(context) };
    },
    draws: keyedDraws,
    draw(params, draw) {
      if (draw === 'mean') return network(context, means(params));
      return drawnNetwork(context, params, (drawn) => drawWeights(ops, weights, drawn, params, keyOf(draw)));
    },
    posterior: (params) =>
      weights.map((spec) => ({
        ...spec,
        mu: readFloat32(ops, gaussianOf(params, spec.name).mu),
        sigma: sigma(params, spec),
        ...(prior ? { prior } : {}),
      })),
  };
}
