import type { Operand, Ops } from '@bbb/kernels';
import { sizeOf } from '../network/shape.js';
import { isLinear, type LinearLayer } from '../network/layer.js';
import { overBatches, type CurvatureInput } from './over-batches.js';
import { addTo, withOperands, zeros, type ByWeight } from './sums.js';

/**
 * Root mean square of the input of each row of a weight, over the examples and, in a convolution, over the positions (the zeros of a `same`
 * padding count, too). By weight name, `[fanIn]`: one number for each row of the weight as a matrix `[fanIn, units]`. For a bias: `[1]`.
 * @param input ops, architecture, weights, likelihood and the examples to sum over
 * @throws BbbError `E_CURVATURE` without examples
 */
export function inputRms(input: CurvatureInput): ByWeight {
  const { ops, architecture, examples } = input;
  const layers = architecture.layers.filter(isLinear);
  const squares = zeros(layers.map(({ weight }) => weight));
  overBatches(input, ({ pass }) =>
    pass.inputs((layer, x) => addSquares(ops, squares[layer.weight.name]!, layer, x)),
  );
  const entries = layers.flatMap(({ weight, bias, outShape }) => {
    const units = sizeOf(bias.shape);
    const seen = (examples.rows.length * sizeOf(outShape)) / units;
    const sums = squares[weight.name]!;
    const rms = Float64Array.from({ length: weight.fanIn }, (_, r) => Math.sqrt(sums[r * units]! / seen));
    return [
      [weight.name, rms],
      [bias.name, Float64Array.of(1)],
    ] as const;
  });
  return Object.fromEntries(entries);
}

/** For any layer, the gradient of its weights at squared inputs, with slopes of 1, is the sum of these inputs over examples and positions. */
function addSquares(ops: Ops, total: Float64Array, layer: LinearLayer, x: Operand): void {
  const { weight, bias, outShape } = layer;
  const slopes = [x.shape[0]!, sizeOf(outShape)];
  withOperands(ops, [weight.shape, bias.shape, x.shape, slopes], (dWeight, dBias, xSquared, ones) => {
    ops.square(xSquared, x);
    ops.write(ones, new Float32Array(sizeOf(slopes)).fill(1));
    layer.gradients(ops, dWeight, dBias, xSquared, ones);
    addTo(ops, total, dWeight);
  });
}
