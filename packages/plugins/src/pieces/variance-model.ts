import type { GaussianPrior, MethodContext, Model, Params, WeightSpec } from '@bbb/core';
import type { Key, Operand, Ops, VarianceGaussian } from '@bbb/kernels';
import { diagonalModel, type Width } from './diagonal-model.js';
import type { Initialiser } from './initialiser.js';
import { readFloat32, weightKey, type Operands } from './operands.js';

/**
 * The posterior of one weight tensor: parameters `<weight>.mu` and `<weight>.variance`.
 *
 * @param params all parameters of the model
 * @param name of the weight tensor, e.g. `layers.0.weight`
 */
export function varianceOf(params: Params, name: string): VarianceGaussian {
  return { mu: params[`${name}.mu`]!, variance: params[`${name}.variance`]! };
}

/**
 * w = mu + sqrt(variance) epsilon for every weight tensor. epsilon is a function of the key.
 *
 * @param ops what computes the draw
 * @param specs the weight tensors to draw
 * @param out one operand for each, of its shape; overwritten
 * @param params means and variances, `<weight>.mu` and `<weight>.variance`
 * @param key each tensor draws from a key of its own, folded from this one
 * @param seen a dense weight tensor and the minibatch that is multiplied by it, `[batch, inputs]`: if an input is 0 in all examples, its
 * weights may stay at their means, because no output and no gradient depends on them. Default: every weight is drawn
 */
export function drawByVariance(
  ops: Ops,
  specs: readonly WeightSpec[],
  out: Operands,
  params: Params,
  key: Key,
  seen?: { readonly weight: string | undefined; readonly x: Operand },
): void {
  for (const { name } of specs) {
    const { mu, variance } = varianceOf(params, name);
    const draw = [out[name]!, mu, variance, weightKey(key, name)] as const;
    if (seen?.weight === name) ops.sampleWeights(...draw, seen.x);
    else ops.sampleActivations(...draw);
  }
}

/**
 * A diagonal Gaussian over the weights, with parameters for means and variances, for trainers that move the precision directly. A pruned weight
 * has mu = 0 and variance 0, so every draw is exactly 0.
 *
 * @param sigma0 initial standard deviation of every weight
 * @param prior prior that criteria get
 */
export function varianceModel(
  context: MethodContext,
  initialiser: Initialiser,
  sigma0: number,
  prior: GaussianPrior,
): Model {
  const { ops, architecture } = context;
  const width: Width = {
    name: 'variance',
    pruned: 0,
    start: sigma0 * sigma0,
    draw: (out, params, key) => drawByVariance(ops, architecture.weights, out, params, key),
    sigma: (variance) => readFloat32(ops, variance).map(Math.sqrt),
  };
  return diagonalModel(context, initialiser, width, prior);
}
