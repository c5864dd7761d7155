import { log, type MethodContext, type Params, type WeightSpec } from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import { momentPass, type Moments } from '../../estimators/moments.js';
import { lazy } from '../../pieces/lazy.js';
import { mapped, type Numbers } from '../../pieces/mapped.js';
import { allocWeights, freeAll, type Operands } from '../../pieces/operands.js';
import type { VariationalObjective } from '../../pieces/variational-trainer.js';
import {
  spikeSlabGradients,
  spikeSlabKl,
  spikeSlabMoments,
  type SpikeSlab,
  type SpikeSlabPrior,
} from './arithmetic.js';
import { isIncludedByChance, logarithmsOf, spikeSlabOf, spikeSlabSpecs } from './parameters.js';

/** E_q[-log P(D_i | w)], estimated with the moments of the weights, and KL[q || P] in closed form. */
export function spikeSlabObjective(
  context: MethodContext,
  { sigma, pi }: { readonly sigma: number; readonly pi: number },
): VariationalObjective {
  const { ops, architecture } = context;
  const { weights } = architecture;
  const pass = momentPass(context);
  const scratch = lazy((): Moments => ({
    mean: allocWeights(ops, weights),
    variance: allocWeights(ops, weights),
  }));
  const priors = new Map(weights.map((weight) => [weight.name, priorOf(weight, sigma, pi)]));
  const posteriors = (params: Params): ReadonlyMap<string, SpikeSlab> =>
    new Map(weights.map((weight) => [weight.name, spikeSlabOf(ops, params, weight)]));
  const moments = (all: ReadonlyMap<string, SpikeSlab>): Moments => {
    for (const [name, posterior] of all) {
      const [mean, variance] = [posterior.mu.slice(), posterior.mu.slice()];
      spikeSlabMoments(posterior, mean, variance);
      ops.write(scratch.get().mean[name]!, mean);
      ops.write(scratch.get().variance[name]!, variance);
    }
    return scratch.get();
  };
  return {
    parameters: spikeSlabSpecs(weights),
    value: (params, batch, key) => pass.value(moments(posteriors(params)), params, batch, key),
    complexity: (params) =>
      weights.reduce(
        (sum, weight) =>
          sum +
          spikeSlabKl(
            spikeSlabOf(ops, params, weight),
            logarithmsOf(ops, params, weight),
            priors.get(weight.name)!,
          ),
        0,
      ),
    gradient(params, batch, key, scale, klWeight, grads) {
      const all = posteriors(params);
      const loss = pass.gradient(moments(all), params, batch, key, scale, grads);
      const slopes = pass.gradients();
      for (const weight of weights) {
        const [posterior, prior] = [all.get(weight.name)!, priors.get(weight.name)!];
        writeGradients(ops, { params, weight, posterior, prior, klWeight, slopes }, grads);
      }
      return loss;
    },
    dispose() {
      scratch.dispose(({ mean, variance }) => [mean, variance].forEach((all) => freeAll(ops, all)));
      pass.dispose();
    },
  };
}

/** The prior of a weight tensor. What is always included has a slab alone. */
function priorOf(weight: WeightSpec, sigma: number, pi: number): SpikeSlabPrior {
  const byChance = isIncludedByChance(weight);
  return {
    sigma,
    logSigma: log(sigma),
    logPi: byChance ? log(pi) : 0,
    logNotPi: byChance ? log(1 - pi) : 0,
  };
}

/** What the gradients of one weight tensor are computed from. */
interface TensorCost {
  readonly params: Params;
  readonly weight: WeightSpec;
  readonly posterior: SpikeSlab;
  readonly prior: SpikeSlabPrior;
  readonly klWeight: number;
  /** Gradients of the NLL with respect to mean and variance of the weights. */
  readonly slopes: Moments;
}

/** Writes the gradients of one weight tensor, by parameter name. */
function writeGradients(
  ops: Ops,
  { params, weight, posterior, prior, klWeight, slopes }: TensorCost,
  grads: Operands,
): void {
  const { name } = weight;
  const rho = params[`${name}.rho`]!;
  const into = fresh(posterior.mu, isIncludedByChance(weight));
  const ofTensor = {
    mean: ops.read(slopes.mean[name]!),
    variance: ops.read(slopes.variance[name]!),
    logSigma: mapped(ops, rho, 'softplus', 'log'),
    ofSigma: mapped(ops, rho, 'sigmoid'),
    ...(into.logit ? { logit: ops.read(params[`${name}.logit`]!) } : {}),
  };
  spikeSlabGradients(posterior, ofTensor, klWeight, prior, into);
  for (const [parameter, values] of Object.entries(into)) ops.write(grads[`${name}.${parameter}`]!, values);
}

/** New arrays for the gradients, as long as `like`. */
function fresh(like: Numbers, byChance: boolean): { mu: Numbers; rho: Numbers; logit?: Numbers } {
  return { mu: like.slice(), rho: like.slice(), ...(byChance ? { logit: like.slice() } : {}) };
}
