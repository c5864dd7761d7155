import { architectureOf, definePlugin, type FixedLayer, type Layer, type Shape } from '@bbb/core';
import { conv2d, dense, flatten } from '@bbb/plugins';
import { z } from 'zod';

/** x where it is positive, else slope * x. */
function leakyRelu(shape: Shape, slope: number): FixedLayer {
  return {
    kind: 'leaky-relu',
    inShape: shape,
    outShape: shape,
    effect: 'elementwise', // each number on its own: out may be x, dx may be dOut
    forward(ops, out, x) {
      ops.write(
        out,
        ops.read(x).map((value) => (value > 0 ? value : slope * value)),
      );
    },
    backward(ops, dx, dOut, _x, out) {
      // x may be overwritten already, but out has the same sign.
      const outputs = ops.read(out);
      ops.write(
        dx,
        ops.read(dOut).map((value, i) => (outputs[i]! > 0 ? value : slope * value)),
      );
    },
  };
}

/** Convolutions with stride 2 instead of pools, each followed by `leaky-relu`, then a dense layer for the outputs. */
function stridedLayers(
  filters: readonly number[],
  slope: number,
  inputShape: Shape,
  outputs: number,
): Layer[] {
  const layers: Layer[] = [];
  let shape = inputShape;
  filters.forEach((count, index) => {
    const options = { filters: count, kernel: [3, 3], stride: [2, 2], padding: 'same' } as const;
    const convolution = conv2d(index, shape, options);
    shape = convolution.outShape;
    layers.push(convolution, leakyRelu(shape, slope));
  });
  // A channel is one unit of the dense layer's input, with any number of pixels.
  return [...layers, flatten(shape), dense(filters.length, shape, outputs, shape.at(-1))];
}

export default definePlugin({
  name: 'bbb-plugin-strided',
  networks: {
    strided: {
      description: 'Convolutional without pools: 3 x 3 filters with stride 2, leaky ReLU.',
      source: 'Springenberg et al. 2015, arXiv 1412.6806; Maas et al. 2013',
      options: z.strictObject({
        filters: z.array(z.int().min(1)).min(1).default([8, 16]).describe('Filters of each layer.'),
        slope: z.number().gt(0).max(1).default(0.1).describe('Of the activation, where it is negative.'),
      }),
      create: ({ filters, slope }, { inputShape, outputs }) =>
        architectureOf(inputShape, stridedLayers(filters, slope, inputShape, outputs)),
    },
  },
});
