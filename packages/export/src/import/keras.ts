import { safeParse } from '@bbb/core';
import { z } from 'zod';
import { unfit, type ImportedLayer, type ImportedNetwork } from './imported.js';
import {
  inputShapeSchema,
  KERAS_LAYERS,
  kerasModelSchema,
  type KerasLayer,
  type KerasModel,
} from './keras-schema.js';
import { kerasTensors, type KerasTensors } from './keras-weights.js';

const KNOWN =
  'Layers that can: InputLayer, Flatten, Dense, Conv2D, MaxPooling2D, AveragePooling2D, Activation, ReLU, Softmax, Dropout, Rescaling.';

/**
 * Reads the JSON of a layers model (tfjs, or Keras by tensorflowjs_converter).
 * @param text the content of model.json
 * @throws BbbError `E_IMPORT` for anything else
 */
export function parseKeras(text: string): KerasModel {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw unfit('it is not JSON', 'Give the model.json of a Keras or tfjs layers model.', cause);
  }
  const parsed = safeParse(kerasModelSchema, json);
  if (parsed.success) return parsed.data;
  throw unfit(
    `it is not a layers model: ${z.prettifyError(parsed.error).slice(0, 500)}`,
    'Convert a Keras model by tensorflowjs_converter --output_format tfjs_layers_model, or save it by tf.LayersModel.save().',
  );
}

/**
 * Names of the files with the weights, in order. They are in the folder of model.json.
 * @param model what `parseKeras` returned
 */
export function kerasFiles({ weightsManifest }: KerasModel): string[] {
  return weightsManifest.flatMap(({ paths }) => paths);
}

/**
 * A sequential model in the form that bbb uses. Dropout is left out, and so is a softmax at the end, because the likelihood computes it.
 * @param model what `parseKeras` returned
 * @param bytes the files of {@link kerasFiles}, one after the other
 * @throws BbbError `E_IMPORT` for layers that bbb does not have, or weights that do not fit the layers
 */
export function importKeras(model: KerasModel, bytes: Uint8Array): ImportedNetwork {
  const { modelTopology } = model;
  const topology = 'model_config' in modelTopology ? modelTopology.model_config : modelTopology;
  const { class_name, config } = topology as {
    class_name: string;
    config: KerasLayer[] | { layers: KerasLayer[] };
  };
  if (class_name !== 'Sequential') {
    throw unfit(`it is a "${class_name}"`, 'Give a Sequential model: one layer after the other.');
  }
  const reading: Reading = {
    layers: [],
    weights: {},
    tensors: kerasTensors(model.weightsManifest, bytes),
    linear: 0,
  };
  for (const layer of Array.isArray(config) ? config : config.layers) readLayer(reading, layer);
  const last = reading.layers.at(-1);
  if (last?.kind !== 'dense')
    throw unfit('its last layer is not Dense', 'End with a Dense layer for the outputs.');
  const { inputShape, layers, weights, divisor } = reading;
  return {
    ...(inputShape ? { inputShape } : {}),
    layers,
    weights,
    ...(divisor === undefined ? {} : { divisor }),
  };
}

interface Reading {
  inputShape?: number[];
  readonly layers: ImportedLayer[];
  readonly weights: Record<string, Float32Array>;
  readonly tensors: KerasTensors;
  /** Number of layers with weights so far. */
  linear: number;
  divisor?: number;
  /** Set after a softmax: no layer may follow it. */
  ended?: true;
}

function readLayer(reading: Reading, layer: KerasLayer): void {
  readInputShape(reading, layer);
  const { class_name } = layer;
  if (reading.ended) throw unfit(`a layer "${class_name}" follows a softmax`, 'End with the softmax.');
  switch (class_name) {
    case 'InputLayer':
    case 'Dropout':
      return;
    case 'Flatten':
      return void reading.layers.push({ kind: 'flatten' });
    case 'ReLU':
      return activate(reading, 'relu');
    case 'Softmax':
      return activate(reading, 'softmax');
    case 'Activation':
      return activate(reading, configOf(KERAS_LAYERS.Activation, layer).activation);
    case 'Dense':
      return readDense(reading, layer);
    case 'Conv2D':
      return readConvolution(reading, layer);
    case 'MaxPooling2D':
    case 'AveragePooling2D':
      return readPool(reading, layer, class_name === 'MaxPooling2D' ? 'max-pool' : 'average-pool');
    case 'Rescaling':
      return readRescaling(reading, layer);
    default:
      throw unfit(`bbb has no layer "${class_name.slice(0, 60)}"`, KNOWN);
  }
}

function readInputShape(reading: Reading, { config }: KerasLayer): void {
  const given = config['batch_input_shape'] ?? config['batchInputShape'] ?? config['batch_shape'];
  if (given === undefined || reading.inputShape) return;
  const parsed = safeParse(inputShapeSchema, given);
  if (!parsed.success)
    throw unfit(
      `its inputs are ${JSON.stringify(given).slice(0, 60)}`,
      'Give rows of numbers, or images with channels last.',
    );
  reading.inputShape = parsed.data.slice(1) as number[];
}

function configOf<T extends z.ZodType>(schema: T, { class_name, config }: KerasLayer): z.output<T> {
  const parsed = safeParse(schema, config);
  if (parsed.success) return parsed.data;
  throw unfit(
    `the layer "${class_name}" has a configuration that bbb does not support: ${z.prettifyError(parsed.error).slice(0, 300)}`,
    KNOWN,
  );
}

function activate(reading: Reading, activation: 'linear' | 'relu' | 'tanh' | 'softmax'): void {
  if (activation === 'softmax') reading.ended = true;
  else if (activation !== 'linear') reading.layers.push({ kind: activation });
}

function readDense(reading: Reading, layer: KerasLayer): void {
  const { name, units, activation, use_bias } = configOf(KERAS_LAYERS.Dense, layer);
  const kernel = reading.tensors.take(
    name,
    'kernel',
    ([inputs, outputs], rank) => rank === 2 && outputs === units && inputs! > 0,
  );
  reading.layers.push({ kind: 'dense', units });
  keep(
    reading,
    kernel.data,
    use_bias
      ? reading.tensors.take(name, 'bias', ([n], rank) => rank === 1 && n === units).data
      : new Float32Array(units),
  );
  activate(reading, activation);
}

function readConvolution(reading: Reading, layer: KerasLayer): void {
  const config = configOf(KERAS_LAYERS.Conv2D, layer);
  const { name, filters, kernel_size: kernel, strides: stride, padding, activation, use_bias } = config;
  const fits = (shape: readonly number[], rank: number): boolean =>
    rank === 4 && shape[0] === kernel[0] && shape[1] === kernel[1] && shape[3] === filters;
  const weight = reading.tensors.take(name, 'kernel', fits);
  reading.layers.push({ kind: 'conv2d', filters, kernel, stride, padding });
  keep(
    reading,
    weight.data,
    use_bias
      ? reading.tensors.take(name, 'bias', ([n], rank) => rank === 1 && n === filters).data
      : new Float32Array(filters),
  );
  activate(reading, activation);
}

function readPool(reading: Reading, layer: KerasLayer, kind: 'max-pool' | 'average-pool'): void {
  const { pool_size: size, strides, padding } = configOf(KERAS_LAYERS.MaxPooling2D, layer);
  reading.layers.push({ kind, size, stride: strides ?? size, padding });
}

function readRescaling(reading: Reading, layer: KerasLayer): void {
  if (reading.layers.some(({ kind }) => kind !== 'flatten'))
    throw unfit(
      'a layer "Rescaling" follows another layer',
      'Put Rescaling first: bbb rescales inputs only.',
    );
  reading.divisor = (reading.divisor ?? 1) / configOf(KERAS_LAYERS.Rescaling, layer).scale;
}

function keep(reading: Reading, weight: Float32Array, bias: Float32Array): void {
  reading.weights[`layers.${reading.linear}.weight`] = weight;
  reading.weights[`layers.${reading.linear}.bias`] = bias;
  reading.linear++;
}
