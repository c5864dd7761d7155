import { sizeOf, type LinearLayer, type Shape } from '@bbb/core';

/**
 * out = x W + b: every output is a sum over all inputs. An image is read row by row, channels last.
 * The weight is `[inputs, outputs]`, the bias `[outputs]`, named `layers.<layer>.weight` and `.bias`.
 *
 * @param layer number of layers with weights before it
 * @param inShape of one example, e.g. `[13]` or `[4, 4, 50]`
 * @param outputs number of units of the layer
 * @param inputUnits number of units of the input: for an image, its channels. Default: every input is a unit
 */
export function dense(
  layer: number,
  inShape: Shape,
  outputs: number,
  inputUnits: number = sizeOf(inShape),
): LinearLayer {
  const inputs = sizeOf(inShape);
  const spec = { layer, fanIn: inputs, fanOut: outputs, inputUnits };
  return {
    kind: 'dense',
    inShape,
    outShape: [outputs],
    weight: { ...spec, name: `layers.${layer}.weight`, role: 'weight', shape: [inputs, outputs] },
    bias: { ...spec, name: `layers.${layer}.bias`, role: 'bias', shape: [outputs] },
    forward: (ops, out, x, weight, bias, relu = false) =>
      ops.matmul(out, x, weight, { ...(bias ? { bias } : {}), relu }),
    backward: (ops, dx, dOut, weight) => ops.matmul(dx, dOut, weight, { transposeB: true }),
    gradients(ops, dWeight, dBias, x, dOut) {
      ops.matmul(dWeight, x, dOut, { transposeA: true });
      ops.sumRows(dBias, dOut);
    },
    resized: (shape, units, unitsIn) => dense(layer, shape, units, unitsIn),
  };
}
