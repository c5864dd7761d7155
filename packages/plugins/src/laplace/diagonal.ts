import { ggnDiagonal, type LinearLayer } from '@bbb/core';
import type { Operand, Ops } from '@bbb/kernels';
import { weightKey } from '../pieces/operands.js';
import { namesOf, sigmaName, squaredNorm, type Covariance } from './covariance.js';

/** Every weight has the variance 1 / (h + precision), where h is its element on the diagonal of the Gauss-Newton matrix. */
export function diagonalCovariance(ops: Ops, layers: readonly LinearLayer[]): Covariance {
  return {
    params: [],
    init: () => ({}),
    measure(input) {
      const diagonal = ggnDiagonal(input, (layer) => layers.includes(layer));
      /** Pruned weights do not count when the width of the prior is chosen. */
      const alive = (name: string): Float64Array => {
        const values = ops.read(input.network.weights[name]!);
        return diagonal[name]!.filter((_, i) => values[i] !== 0);
      };
      return {
        spectra: layers.map((layer) => ({
          curvatures: Float64Array.from(namesOf(layer).flatMap((name) => [...alive(name)])),
          squaredNorm: squaredNorm(input, layer),
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
