import type { GaussianPrior, MethodContext, Model, Params, WeightSpec } from '@bbb/core';
import type { Gaussian, Key, Ops } from '@bbb/kernels';
import { diagonalModel, type Width } from './diagonal-model.js';
import type { Initialiser } from './initialiser.js';
import { readFloat32, weightKey, type Operands } from './operands.js';

/**
 * The posterior of one weight tensor: parameters `<weight>.mu` and `<weight>.rho`.
 *
 * @param params all parameters of the model
 * @param name of the weight tensor, e.g. `layers.0.weight`
 */
export function gaussianOf(params: Params, name: string): Gaussian {
  return { mu: params[`${name}.mu`]!, rho: params[`${name}.rho`]! };
}

/**
 * w = mu + softplus(rho) epsilon for every weight tensor. epsilon is a function of the key.
 *
 * @param ops the ops that compute the draw
 * @param specs the weight tensors to draw
 * @param out one operand for each, of its shape; overwritten
 * @param params means and rhos, `<weight>.mu` and `<weight>.rho`
 * @param key each tensor draws from a key of its own, folded from this one
 */
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
 * @param rho0 initial value of every rho
 * @param prior criteria get it if it is Gaussian
 */
export function gaussianModel(
  context: MethodContext,
  initialiser: Initialiser,
  rho0: number,
  prior?: GaussianPrior,
): Model {
  const { ops, architecture } = context;
  const width: Width = {
    name: 'rho',
    pruned: -Infinity,
    // Rounded, so that float64 ops start from the same number as float32 ops.
    start: Math.fround(rho0),
    draw: (out, params, key) => drawWeights(ops, architecture.weights, out, params, key),
    sigma(rho, { shape }) {
      const scratch = ops.alloc(shape);
      try {
        ops.softplus(scratch, rho);
        return readFloat32(ops, scratch);
      } finally {
        ops.free(scratch);
      }
    },
  };
  return diagonalModel(context, initialiser, width, prior);
}
