import { weightSpecs, type MethodContext, type Model } from '@bbb/core';
import type { Key } from '@bbb/kernels';
import { initialWeights, type Initialiser } from './initialiser.js';
import { checkKeep } from './keep-masks.js';
import { drawnNetwork, network } from './network.js';
import { asParams, readFloat32, type Operands } from './operands.js';

/** Noise on the weights themselves: writes one draw, given the trained weights, into `out`. */
export type WeightNoise = (out: Operands, weights: Operands, key: Key) => void;

/**
 * Weights known as points. The mean network reads the parameters themselves, without a copy.
 * @param noise what a draw adds; absent, every draw is the mean
 */
export function pointModel(
  { ops, architecture }: MethodContext,
  initialiser: Initialiser,
  noise?: WeightNoise,
): Model {
  const weights = weightSpecs(architecture);
  return {
    architecture,
    weights,
    stochastic: noise !== undefined,
    init: (key) => asParams(initialWeights(ops, architecture, initialiser, key)),
    draw(params, draw) {
      if (draw === 'mean' || !noise) return network(ops, architecture, params, false);
      return drawnNetwork(ops, architecture, (drawn) => noise(drawn, params, draw));
    },
    posterior: (params) => weights.map((spec) => ({ ...spec, mu: readFloat32(ops, params[spec.name]!) })),
    prune(params, keep) {
      checkKeep(weights, keep);
      for (const [name, mask] of Object.entries(keep)) ops.fillWhereZero(params[name]!, mask, 0);
    },
  };
}
