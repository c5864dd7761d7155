import {
  fold,
  keyedDraws,
  keyOf,
  sizeOf,
  uniform,
  type MethodContext,
  type Model,
  type Params,
  type WeightSpec,
} from '@bbb/core';
import type { Key } from '@bbb/kernels';
import {
  initialLikelihood,
  initialWeights,
  likelihoodSpecs,
  type Initialiser,
} from '../../pieces/initialiser.js';
import type { Numbers } from '../../pieces/mapped.js';
import { drawnNetwork } from '../../pieces/network.js';
import { weightKey, type Operands } from '../../pieces/operands.js';
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
  const moments = (params: Params, weight: WeightSpec): { mean: Numbers; variance: Numbers } => {
    const posterior = spikeSlabOf(ops, params, weight);
    const [mean, variance] = [posterior.mu.slice(), posterior.mu.slice()];
    spikeSlabMoments(posterior, mean, variance);
    return { mean, variance };
  };
  const writeMeans = (out: Operands, params: Params): void => {
    for (const weight of weights) ops.write(out[weight.name]!, moments(params, weight).mean);
  };
  const writeDraw = (out: Operands, params: Params, key: Key): void => {
    for (const weight of weights) {
      const { name } = weight;
      const w = out[name]!;
      ops.sampleGaussian(w, { mu: params[`${name}.mu`]!, rho: params[`${name}.rho`]! }, weightKey(key, name));
      if (!isIncludedByChance(weight)) continue;
      const { alpha } = spikeSlabOf(ops, params, weight);
      const chance = uniform(fold(weightKey(key, name), 'inclusion'), alpha.length, 0, 1);
      ops.write(
        w,
        ops.read(w).map((value, i) => (chance[i]! < alpha[i]! ? value : 0)),
      );
    }
  };
  return {
    architecture,
    params: [...spikeSlabSpecs(weights), ...likelihoodSpecs(context)],
    stochastic: true,
    init(key) {
      const mu = initialWeights(context, start.initialiser, key);
      const filled = (spec: { readonly name: string; readonly shape: readonly number[] }, value: number) => {
        const operand = ops.alloc(spec.shape);
        ops.write(operand, new Float32Array(sizeOf(spec.shape)).fill(value));
        return [spec.name, operand] as const;
      };
      const own = spikeSlabSpecs(weights).map((spec) => {
        if (spec.name.endsWith('.mu')) return [spec.name, mu[spec.weight!]!] as const;
        return filled(spec, spec.name.endsWith('.rho') ? start.rho0 : start.logit0);
      });
      return { ...Object.fromEntries(own), ...initialLikelihood(context) };
    },
    draws: keyedDraws,
    draw: (params, draw) =>
      drawnNetwork(context, params, (out) =>
        draw === 'mean' ? writeMeans(out, params) : writeDraw(out, params, keyOf(draw)),
      ),
    posterior: (params) =>
      weights.map((spec) => {
        const { mean, variance } = moments(params, spec);
        const chance = isIncludedByChance(spec)
          ? { inclusion: Float32Array.from(spikeSlabOf(ops, params, spec).alpha) }
          : {};
        return {
          ...spec,
          mu: Float32Array.from(mean),
          sigma: Float32Array.from(variance, Math.sqrt),
          ...chance,
        };
      }),
  };
}
