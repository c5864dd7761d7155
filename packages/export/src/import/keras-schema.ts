import { z } from 'zod';
import { MOST_ELEMENTS, MOST_LAYERS } from './imported.js';

/*
 * The model.json of a tfjs layers model. The schema has only those members that are read.
 */

const size = z.int().min(1).max(MOST_ELEMENTS);
const name = z.string().min(1).max(200);

const layer = z.looseObject({
  class_name: z.string().max(100),
  config: z.looseObject({ name: name.optional() }),
});
export type KerasLayer = z.output<typeof layer>;

const topology = z.looseObject({
  class_name: z.string().max(100),
  config: z.union([
    z.looseObject({ layers: z.array(layer).max(MOST_LAYERS) }),
    z.array(layer).max(MOST_LAYERS),
  ]),
});

const manifest = z
  .array(
    z.looseObject({
      // A plain name: a path could lead anywhere.
      paths: z
        .array(z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/, 'expected the name of a file beside it'))
        .max(1000),
      weights: z
        .array(
          z.looseObject({
            name: z.string().max(500),
            shape: z.array(z.int().min(0).max(MOST_ELEMENTS)).max(6),
            dtype: z.string().max(20),
            quantization: z
              .looseObject({
                dtype: z.enum(['uint8', 'uint16', 'float16']),
                scale: z.number().optional(),
                min: z.number().optional(),
              })
              .optional(),
          }),
        )
        .max(2 * MOST_LAYERS),
    }),
  )
  .max(100);
export type KerasManifest = z.output<typeof manifest>;

export const kerasModelSchema = z.looseObject({
  modelTopology: z.union([z.looseObject({ model_config: topology }), topology]),
  weightsManifest: manifest,
});
export type KerasModel = z.output<typeof kerasModelSchema>;

const pair = z.union([z.tuple([size, size]), size.transform((n): [number, number] => [n, n])]);
const padding = z.enum(['valid', 'same']);
const activation = z.enum(['linear', 'relu', 'tanh', 'softmax']).default('linear');
const channels = z.literal('channels_last').default('channels_last');
const ones = z.union([z.literal(1), z.tuple([z.literal(1), z.literal(1)])]).optional();

/** The part of a layer's configuration that is read, by the class of the layer. Layers of other classes can't be imported. */
export const KERAS_LAYERS = {
  Dense: z.looseObject({ name, units: size, activation, use_bias: z.boolean().default(true) }),
  Conv2D: z.looseObject({
    name,
    filters: size,
    kernel_size: pair,
    strides: pair.default([1, 1]),
    padding: padding.default('valid'),
    activation,
    use_bias: z.boolean().default(true),
    data_format: channels,
    dilation_rate: ones,
    groups: z.literal(1).optional(),
  }),
  MaxPooling2D: z.looseObject({
    pool_size: pair.default([2, 2]),
    strides: pair.nullish(),
    padding: padding.default('valid'),
    data_format: channels,
  }),
  Activation: z.looseObject({ activation }),
  Rescaling: z.looseObject({ scale: z.number().positive(), offset: z.literal(0).default(0) }),
} as const;

export const inputShapeSchema = z
  .tuple([z.null()], size)
  .refine(
    ({ length }) => length === 2 || length === 4,
    'expected [null, features] or [null, height, width, channels]',
  );
