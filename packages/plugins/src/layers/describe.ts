import { sizeOf, type Layer, type Shape } from '@bbb/core';
import { z } from 'zod';
import { relu, tanh } from './activations.js';
import { conv2d } from './conv2d.js';
import { dense } from './dense.js';
import { flatten } from './flatten.js';
import { averagePool, maxPool } from './pooling.js';

/** One number for both axes, or [height, width]. */
const extent = z
  .union([z.int().min(1), z.tuple([z.int().min(1), z.int().min(1)])])
  .transform((value): readonly [number, number] => (typeof value === 'number' ? [value, value] : value));
const padding = z.enum(['valid', 'same']).default('valid');
const pooling = { size: extent, stride: extent.optional(), padding };

/** One layer of a network, as people write it in a configuration. */
export const layerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('dense'), units: z.int().min(1) }),
  z.strictObject({
    kind: z.literal('conv2d'),
    filters: z.int().min(1),
    kernel: extent,
    stride: extent.default([1, 1]),
    padding,
  }),
  z.strictObject({ kind: z.literal('max-pool'), ...pooling }),
  z.strictObject({ kind: z.literal('average-pool'), ...pooling }),
  z.strictObject({ kind: z.literal('flatten') }),
  z.strictObject({ kind: z.literal('relu') }),
  z.strictObject({ kind: z.literal('tanh') }),
]);
export type LayerDescription = z.output<typeof layerSchema>;

/**
 * Layers from their descriptions, each on the shape that the one before it gives.
 * @throws BbbError `E_NETWORK` for a layer that does not fit
 */
export function layersOf(inputShape: Shape, descriptions: readonly LayerDescription[]): Layer[] {
  let shape = inputShape;
  let linear = 0;
  // A channel is one unit, also when the image has been made a row of numbers.
  let units: number | undefined;
  return descriptions.map((description) => {
    const layer = layerOf(description, shape, linear, units);
    if (layer.weight) {
      linear++;
      units = sizeOf(layer.bias.shape);
    }
    shape = layer.outShape;
    return layer;
  });
}

function layerOf(
  description: LayerDescription,
  shape: Shape,
  linear: number,
  units: number | undefined,
): Layer {
  switch (description.kind) {
    case 'dense':
      return dense(linear, shape, description.units, units);
    case 'conv2d':
      return conv2d(linear, shape, description);
    case 'max-pool':
    case 'average-pool': {
      const { size, stride, padding } = description;
      const options = { size, padding, ...(stride ? { stride } : {}) };
      return description.kind === 'max-pool' ? maxPool(shape, options) : averagePool(shape, options);
    }
    case 'flatten':
      return flatten(shape);
    case 'relu':
      return relu(shape);
    case 'tanh':
      return tanh(shape);
  }
}
