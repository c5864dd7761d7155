import type { Operand, Ops } from '@bbb/kernels';
import type { LinearLayer } from '../network/layer.js';
import { sizeOf } from '../network/shape.js';
import { addTo, withOperands, type ByWeight } from './sums.js';

/**
 * Whether each weight of a layer is used once for each example. Then the gradient of an example is a product x d, and (x^2)^T (d^2) is the sum
 * of the squared gradients, also over the columns of a Hessian: {@link addFromSquares}. If positions share a weight, the gradient of an
 * example is a sum over positions, which must be squared as a whole: {@link addByExample}.
 */
export function meetsOnce({ kind }: LinearLayer): boolean {
  return kind === 'dense';
}

/**
 * total += sum_n (dL_n / dw)^2 for the weights of a dense layer.
 * @param squares d^2, which may be a sum over several slopes of the same examples
 */
export function addFromSquares(
  ops: Ops,
  total: ByWeight,
  layer: LinearLayer,
  x: Operand,
  squares: Operand,
): void {
  const { weight, bias } = layer;
  withOperands(ops, [weight.shape, bias.shape, x.shape], (dWeight, dBias, xSquared) => {
    ops.square(xSquared, x);
    layer.gradients(ops, dWeight, dBias, xSquared, squares);
    addTo(ops, total[weight.name]!, dWeight);
    addTo(ops, total[bias.name]!, dBias);
  });
}

/** The same for any layer, one example at a time. */
export function addByExample(ops: Ops, total: ByWeight, layer: LinearLayer, x: Operand, dOut: Operand): void {
  const { weight, bias } = layer;
  const shapes = [weight.shape, bias.shape];
  withOperands(ops, [...shapes, ...shapes], (dWeight, dBias, ofWeight, ofBias) => {
    eachExample(ops, layer, x, dOut, (x1, d1) => {
      layer.gradients(ops, dWeight, dBias, x1, d1);
      ops.addProduct(ofWeight, dWeight, dWeight, 1);
      ops.addProduct(ofBias, dBias, dBias, 1);
    });
    addTo(ops, total[weight.name]!, ofWeight);
    addTo(ops, total[bias.name]!, ofBias);
  });
}

/** Calls `visit` for each row whose slope is not 0. */
export function eachExample(
  ops: Ops,
  { inShape, outShape }: LinearLayer,
  x: Operand,
  dOut: Operand,
  visit: (x: Operand, dOut: Operand) => void,
): void {
  const shapes = [inShape, outShape].map((shape) => [1, sizeOf(shape)]);
  const [width, height] = [sizeOf(inShape), sizeOf(outShape)];
  const [xs, ds] = [ops.read(x), ops.read(dOut)];
  withOperands(ops, shapes, (x1, d1) => {
    for (let n = 0; n < x.shape[0]!; n++) {
      const slope = ds.subarray(n * height, (n + 1) * height);
      // If a network is sure about an example, most columns have slope 0 there.
      if (slope.every((d) => d === 0)) continue;
      ops.write(x1, xs.subarray(n * width, (n + 1) * width));
      ops.write(d1, slope);
      visit(x1, d1);
    }
  });
}
