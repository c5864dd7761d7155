import { keyedDraws, keyOf, type GaussianPrior, type MethodContext, type Model } from '@bbb/core';
import type { Key } from '@bbb/kernels';
import { initialLikelihood, initialWeights, likelihoodSpecs, type Initialiser } from './initialiser.js';
import { drawnNetwork, network } from './network.js';
import { readFloat32, type Operands } from './operands.js';

/** Noise on the weights: writes one draw into `out`, from the trained weights. */
export type WeightNoise = (out: Operands, weights: Operands, key: Key) => void;

/**
 * Weights that are points. The mean network reads the parameters themselves, without a copy.
 * @param noise noise of a draw. Absent: every draw is the mean
 * @param prior criteria get it if it is Gaussian
 */
export function pointModel(
  context: MethodContext,
  initialiser: Initialiser,
  noise?: WeightNoise,
  prior?: GaussianPrior,
): Model {
  const { ops, architecture } = context;
  const { weights } = architecture;
  return {
    architecture,
    params: [
      ...weights.map(({ name, shape }) => ({ name, shape, weight: name, pruned: 0 })),
      ...likelihoodSpecs(context),
    ],
    stochastic: noise !== undefined,
    init: (key) => ({ ...initialWeights(context, initialiser, key), ...initialLikelihood(context) }),
    draws: keyedDraws,
    draw(params, draw) {
      if (draw === 'mean' || !noise) return network(context, params);
      return drawnNetwork(context, params, (drawn) => noise(drawn, params, keyOf(draw)));
    },
    posterior: (params) =>
      weights.map((spec) => ({
        ...spec,
        mu: readFloat32(ops, params[spec.name]!),
        ...(prior ? { prior } : {}),
      })),
  };
}
