import {
  fold,
  keyedDraws,
  keyOf,
  uniform,
  type MethodContext,
  type Model,
  type Params,
  type WeightPosterior,
  type WeightSpec,
} from '@bbb/core';
import type { Key, Operand, Ops } from '@bbb/kernels';
import {
  initialLikelihood,
  initialWeights,
  likelihoodSpecs,
  type Initialiser,
} from '../../pieces/initialiser.js';
import type { Numbers } from '../../pieces/mapped.js';
import { drawnNetwork } from '../../pieces/network.js';
import { filled, weightKey } from '../../pieces/operands.js';
import { spikeSlabMoments } from './arithmetic.js';
import { isIncludedByChance, spikeSlabOf, spikeSlabSpecs } from './parameters.js';

export interface SpikeSlabStart {
  readonly initialiser: Initialiser;
  /** Initial value of every rho. */
  readonly rho0: number;
  /** Initial logit of every inclusion probability. */
  readonly logit0: number;
}

/**
 * A spike and a slab for every weight, a Gaussian for every bias. A pruned weight has mu = 0, rho = -Infinity and logit = -Infinity: it
 * is certainly excluded. The mean network has the posterior means, alpha mu.
 */
export function spikeSlabModel(context: MethodContext, start: SpikeSlabStart): Model {
  const { ops, architecture } = context;
  const { weights } = architecture;
  return {
    architecture,
    params: [...spikeSlabSpecs(weights), ...likelihoodSpecs(context)],
    stochastic: true,
    init: (key) => initialParams(context, start, key),
    draws: keyedDraws,
    draw: (params, draw) =>
      drawnNetwork(context, params, (out) => {
        for (const weight of weights)
          if (draw === 'mean') ops.write(out[weight.name]!, momentsOf(ops, params, weight).mean);
          else writeDraw(ops, out[weight.name]!, params, weight, keyOf(draw));
      }),
    posterior: (params) => weights.map((spec) => posteriorOf(ops, params, spec)),
  };
}

function initialParams(context: MethodContext, start: SpikeSlabStart, key: Key): Params {
  const { ops, architecture } = context;
  const mu = initialWeights(context, start.initialiser, key);
  const own = spikeSlabSpecs(architecture.weights).map(({ name, weight, shape }) => {
    if (name.endsWith('.mu')) return [name, mu[weight!]!] as const;
    return [name, filled(ops, shape, name.endsWith('.rho') ? start.rho0 : start.logit0)] as const;
  });
  return { ...Object.fromEntries(own), ...initialLikelihood(context) };
}

/** Mean and variance of each weight of a tensor. */
function momentsOf(ops: Ops, params: Params, weight: WeightSpec): { mean: Numbers; variance: Numbers } {
  const posterior = spikeSlabOf(ops, params, weight);
  const [mean, variance] = [posterior.mu.slice(), posterior.mu.slice()];
  spikeSlabMoments(posterior, mean, variance);
  return { mean, variance };
}

/** Draws from the slab, and then whether each weight is included. */
function writeDraw(ops: Ops, out: Operand, params: Params, weight: WeightSpec, key: Key): void {
  const { name } = weight;
  const own = weightKey(key, name);
  ops.sampleGaussian(out, { mu: params[`${name}.mu`]!, rho: params[`${name}.rho`]! }, own);
  if (!isIncludedByChance(weight)) return;
  const { alpha } = spikeSlabOf(ops, params, weight);
  const chance = uniform(fold(own, 'inclusion'), alpha.length, 0, 1);
  ops.write(
    out,
    ops.read(out).map((value, i) => (chance[i]! < alpha[i]! ? value : 0)),
  );
}

function posteriorOf(ops: Ops, params: Params, spec: WeightSpec): WeightPosterior {
  const { mean, variance } = momentsOf(ops, params, spec);
  const chance = isIncludedByChance(spec)
    ? { inclusion: Float32Array.from(spikeSlabOf(ops, params, spec).alpha) }
    : {};
  return {
    ...spec,
    mu: Float32Array.from(mean),
    sigma: Float32Array.from(variance, Math.sqrt),
    ...chance,
  };
}
