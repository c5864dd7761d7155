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
 * examples, so that adding a prior's precision gives that of a posterior. J_n are the slopes of the outputs in the weights, H_n is the
 * Hessian of the loss in the outputs, which the likelihood gives. For categorical and Gaussian likelihoods this is the Fisher
 * information too (Martens 2020, arXiv 1412.1193).
 *
 * One pass over the examples; in each batch one way back for each column of a square root of H.
 *
 * @param of which layers; default: all. The others' are not there.
 * @throws BbbError `E_CURVATURE` without examples, or for a likelihood that does not say what its Hessian is
 */
export function ggnDiagonal(input: CurvatureInput, of: LayerChoice = () => true): ByWeight {
  const { ops, architecture } = input;
  const layers = linearLayers(architecture).filter(of);
  const total = zeros(layers.flatMap(({ weight, bias }) => [weight, bias]));
  overBatches(input, (batch) => {
    // By dense layer: its input, and the squares of what came back, summed over the columns.
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
