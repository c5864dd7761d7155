import type { Params, ParamSpec, WeightSpec } from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import { mapped, type Numbers } from '../../pieces/mapped.js';
import type { SpikeSlab } from './arithmetic.js';

type Named = Pick<WeightSpec, 'name' | 'shape' | 'role'>;

/** Whether a tensor has inclusion probabilities: a bias is always included, as in the authors' code. */
export function isIncludedByChance({ role }: Pick<WeightSpec, 'role'>): boolean {
  return role !== 'bias';
}

/** What training moves: `<weight>.mu`, `<weight>.rho` and, except for biases, `<weight>.logit`. */
export function spikeSlabSpecs(weights: readonly Named[]): ParamSpec[] {
  return weights.flatMap((weight) => {
    const { name, shape } = weight;
    const of = (parameter: string, pruned: number): ParamSpec => ({
      name: `${name}.${parameter}`,
      shape,
      weight: name,
      pruned,
    });
    return [
      of('mu', 0),
      of('rho', -Infinity),
      ...(isIncludedByChance(weight) ? [of('logit', -Infinity)] : []),
    ];
  });
}

/** sigma = log(1 + e^rho), alpha = 1 / (1 + e^-logit). */
export function spikeSlabOf(ops: Ops, params: Params, weight: Named): SpikeSlab {
  const { name } = weight;
  const mu = ops.read(params[`${name}.mu`]!);
  const sigma = mapped(ops, params[`${name}.rho`]!, 'softplus');
  if (!isIncludedByChance(weight)) return { mu, sigma, alpha: mu.map(() => 1), excluded: mu.map(() => 0) };
  const logit = params[`${name}.logit`]!;
  return {
    mu,
    sigma,
    alpha: mapped(ops, logit, 'sigmoid'),
    excluded: mapped(ops, logit, 'negative', 'sigmoid'),
  };
}

/** log sigma, log alpha and log(1 - alpha), for the KL. */
export interface Logarithms {
  readonly sigma: Numbers;
  readonly alpha: Numbers;
  readonly excluded: Numbers;
}

export function logarithmsOf(ops: Ops, params: Params, weight: Named): Logarithms {
  const sigma = mapped(ops, params[`${weight.name}.rho`]!, 'softplus', 'log');
  if (!isIncludedByChance(weight)) return { sigma, alpha: sigma.map(() => 0), excluded: sigma.map(() => 0) };
  const logit = params[`${weight.name}.logit`]!;
  return {
    sigma,
    alpha: mapped(ops, logit, 'negative', 'softplus', 'negative'),
    excluded: mapped(ops, logit, 'softplus', 'negative'),
  };
}
