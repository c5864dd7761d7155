import type { Operand } from '@bbb/kernels';
import { linearLayers } from '../network/architecture.js';
import type { LinearLayer } from '../network/layer.js';
import { overHessianColumns } from './hessian-columns.js';
import type { LayerChoice } from './layer-pass.js';
import { overBatches, type CurvatureInput } from './over-batches.js';
import { addByExample, addFromSquares, meetsOnce } from './squared-gradients.js';
import { zeros, type ByWeight } from './sums.js';

/**
 * The diagonal of the generalised Gauss-Newton matrix, sum_n diag(J_n^T H_n J_n), by weight name: exact, summed (not averaged) over the
 * examples, so that adding the precision of a prior gives the precision of a posterior. J_n is the Jacobian of the outputs with respect to the
 * weights, and H_n is the Hessian of the loss with respect to the outputs, which the likelihood gives. For categorical and Gaussian
 * likelihoods this is also the Fisher information (Martens 2020, arXiv 1412.1193).
 *
 * It makes one pass over the examples. Each batch needs one backward pass for each column of a square root of H.
 *
 * @param input ops, architecture, weights, likelihood and the examples to sum over
 * @param of which layers to compute; the others are absent from the result. Default: all
 * @throws BbbError `E_CURVATURE` without examples, or for a likelihood without `hessianRoot`
 */
export function ggnDiagonal(input: CurvatureInput, of: LayerChoice = () => true): ByWeight {
  const { ops, architecture } = input;
  const layers = linearLayers(architecture).filter(of);
  const total = zeros(layers.flatMap(({ weight, bias }) => [weight, bias]));
  overBatches(input, (batch) => {
    // For each dense layer: its input, and the squared gradients of its output, summed over the columns.
    const dense = new Map<LinearLayer, { readonly x: Operand; readonly squares: Operand }>();
    try {
      overHessianColumns(input, batch, () =>
        batch.pass.backward(
          batch.slope,
          (layer, x, dOut) => {
            if (!meetsOnce(layer)) return addByExample(ops, total, layer, x, dOut);
            if (!dense.has(layer)) dense.set(layer, { x, squares: ops.alloc(dOut.shape) });
            ops.addProduct(dense.get(layer)!.squares, dOut, dOut, 1);
          },
          of,
        ),
      );
      for (const [layer, { x, squares }] of dense) addFromSquares(ops, total, layer, x, squares);
    } finally {
      for (const { squares } of dense.values()) ops.free(squares);
    }
  });
  return total;
}
