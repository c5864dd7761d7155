import { ggnDiagonal, type ByWeight, type LinearLayer } from '@bbb/core';
import type { Operand, Ops } from '@bbb/kernels';
import { weightKey } from '../pieces/operands.js';
import { namesOf, sigmaName, type Covariance } from './covariance.js';

/**
 * Every weight has the variance 1 / (h + precision), where h is its element on the diagonal of the Gauss-Newton matrix.
 *
 * @param ops the ops that compute the curvature and the draws
 * @param layers those around whose weights a posterior is laid; weights of others stay points
 */
export function diagonalCovariance(ops: Ops, layers: readonly LinearLayer[]): Covariance {
  return {
    params: [],
    init: () => ({}),
    measure(input) {
      const diagonal = ggnDiagonal(input, (layer) => layers.includes(layer));
      const weights = Object.fromEntries(
        layers
          .flatMap(namesOf)
          .map((name) => [name, Float64Array.from(ops.read(input.network.weights[name]!))]),
      );
      /** Pruned weights do not count when the width of the prior is chosen. */
      const alive = (layer: LinearLayer, of: ByWeight): Float64Array =>
        Float64Array.from(
          namesOf(layer).flatMap((name) => Array.from(of[name]!.filter((_, i) => weights[name]![i] !== 0))),
        );
      return {
        spectra: layers.map((layer) => ({
          curvatures: alive(layer, diagonal),
          weights: alive(layer, weights),
        })),
        write(params, precisions) {
          layers.forEach((layer, l) => {
            for (const name of namesOf(layer))
              ops.write(
                params[sigmaName(name)]!,
                diagonal[name]!.map((h) => 1 / Math.sqrt(h + precisions[l]!)),
              );
          });
        },
      };
    },
    outputVariances(out, params, layer, x) {
      const squares = [x, ...namesOf(layer).map((name) => params[sigmaName(name)]!)].map((of) => {
        const square = ops.alloc(of.shape);
        ops.square(square, of);
        return square;
      }) as [Operand, Operand, Operand];
      try {
        layer.forward(ops, out, ...squares);
      } finally {
        for (const square of squares) ops.free(square);
      }
    },
    noise(out, params, key) {
      for (const name of layers.flatMap(namesOf)) {
        ops.standardNormal(out[name]!, weightKey(key, name));
        ops.multiply(out[name]!, out[name]!, params[sigmaName(name)]!);
      }
    },
  };
}
