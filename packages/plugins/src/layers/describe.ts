import { BbbError, sizeOf, suggest, type Layer, type Shape } from '@bbb/core';
import { z } from 'zod';
import { relu, tanh } from './activations.js';
import { conv2d } from './conv2d.js';
import { dense } from './dense.js';
import { flatten } from './flatten.js';
import { averagePool, maxPool } from './pooling.js';

/** One number for both axes, or [height, width]. */
const extent = z
  .union([z.int().min(1), z.tuple([z.int().min(1), z.int().min(1)])], {
    error: 'expected a whole number from 1, or two of them: [height, width]',
  })
  .transform((value): readonly [number, number] => (typeof value === 'number' ? [value, value] : value));
const padding = z.enum(['valid', 'same']).default('valid');
const pooling = { size: extent, stride: extent.optional(), padding };

const KINDS = ['dense', 'conv2d', 'max-pool', 'average-pool', 'flatten', 'relu', 'tanh'] as const;

function unknownKind(input: unknown): string {
  const { kind } = Object(input) as { readonly kind?: unknown };
  const what =
    kind === undefined ? 'a layer needs a kind' : `there is no layer of the kind ${JSON.stringify(kind)}`;
  const near = typeof kind === 'string' ? suggest(kind, KINDS) : '';
  return `${what}. ${near}Kinds: ${KINDS.join(', ')}`;
}

/** Description of one layer in a configuration. */
export const layerSchema = z.discriminatedUnion(
  'kind',
  [
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
  ],
  { error: ({ code, input }) => (code === 'invalid_union' ? unknownKind(input) : undefined) },
);
export type LayerDescription = z.output<typeof layerSchema>;

/**
 * Makes layers from their descriptions. The input shape of each is the output shape of the one before it.
 * @param inputShape shape of one example, e.g. `[28, 28, 1]`
 * @param descriptions the layers as plain JSON, e.g. `{ kind: "dense", units: 100 }`
 * @throws BbbError `E_NETWORK` for a layer that does not fit, with its position in the list
 */
export function layersOf(inputShape: Shape, descriptions: readonly LayerDescription[]): Layer[] {
  let shape = inputShape;
  let linear = 0;
  // A channel is one unit, even after the image was flattened to a row of numbers.
  let units: number | undefined;
  return descriptions.map((description, at) => {
    const layer = placed(at, () => layerOf(description, shape, linear, units));
    if (layer.weight) {
      linear++;
      units = sizeOf(layer.bias.shape);
    }
    shape = layer.outShape;
    return layer;
  });
}

/** Makes a layer. If it does not fit, the error says its position in the list. */
function placed(at: number, make: () => Layer): Layer {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof BbbError)) throw cause;
    const { code, message, hint } = cause;
    throw new BbbError(code, `layers[${at}]: ${message}`, { ...(hint === undefined ? {} : { hint }), cause });
  }
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
