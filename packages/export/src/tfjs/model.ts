import { BbbError, isLinear, VERSION, type FixedLayer, type LinearLayer, type Shape } from '@bbb/core';
import { protobuf } from '@bbb/core';
import type { PlainNetwork } from '../plain.js';
import { foldScaling } from './fold.js';
import { quantise, type Quantisation } from './quantise.js';

/** A layers model of tfjs: `model.json` and the weights that it names. */
export interface TfjsModel {
  /** @param path path of the file with the weights, relative to model.json */
  readonly json: (path: string) => string;
  readonly weights: Uint8Array<ArrayBuffer>;
  /** The largest error of a weight by quantisation, and the largest weight of the same tensor. Both are 0 without quantisation. */
  readonly error: { readonly largest: number; readonly of: number };
}

interface KerasLayer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * The mean network as a layers model (`tf.loadLayersModel`): features in the user's own units in, probabilities of classes or the target in
 * its own unit out. The format can't hold the noise of a regression, or draws; ONNX can hold both.
 * @param network what `plainNetwork` or an import returned
 * @param quantisation `none`, `uint8` or `uint16`. Default: `none`
 * @throws BbbError `E_EXPORT` for a network that tfjs has no layers for
 */
export function tfjsModel(network: PlainNetwork, quantisation: Quantisation = 'none'): TfjsModel {
  const weights = foldScaling(network);
  const linear = network.layers.filter(isLinear);
  const stored = linear.flatMap((layer, i) => [
    { name: `${nameOf(layer, i)}/kernel`, spec: layer.weight, to: quantisation },
    // Biases are not quantised: they are few, and an error in them goes unchanged into the output.
    { name: `${nameOf(layer, i)}/bias`, spec: layer.bias, to: 'none' as const },
  ]);
  const tensors = stored.map(({ name, spec, to }) => {
    const values = weights[spec.name]!;
    const { bytes, quantization, error } = quantise(values, to);
    const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const entry = { name, shape: spec.shape, dtype: 'float32', ...(quantization ? { quantization } : {}) };
    return { bytes, entry, error, largest };
  });
  const worst = tensors.reduce((a, b) => (b.error > a.error ? b : a));
  const json = (path: string): string =>
    `${JSON.stringify({
      format: 'layers-model',
      generatedBy: `bbb ${VERSION}`,
      convertedBy: null,
      modelTopology: topology(network),
      weightsManifest: [{ paths: [path], weights: tensors.map(({ entry }) => entry) }],
    })}\n`;
  return {
    json,
    weights: protobuf.concat(tensors.map(({ bytes }) => bytes)),
    error: { largest: worst.error, of: worst.largest },
  };
}

function topology(network: PlainNetwork): unknown {
  return {
    class_name: 'Sequential',
    config: { name: 'bbb', layers: kerasLayers(network) },
    keras_version: 'tfjs-layers 4.22.0',
    backend: 'tensor_flow.js',
  };
}

function kerasLayers({ inputShape, layers, form }: PlainNetwork): KerasLayer[] {
  const made: KerasLayer[] = [];
  let shape: Shape = inputShape;
  let linear = 0;
  const add = (class_name: string, name: string, config: Readonly<Record<string, unknown>> = {}): void => {
    made.push({
      class_name,
      config: {
        name,
        trainable: true,
        dtype: 'float32',
        ...(made.length === 0 ? { batch_input_shape: [null, ...inputShape] } : {}),
        ...config,
      },
    });
  };
  const flat = (): void => {
    if (shape.length > 1) add('Flatten', `flatten_${made.length}`);
  };
  for (const layer of layers) {
    if (isLinear(layer)) {
      if (!layer.geometry) flat();
      add(...linearLayer(layer, linear++));
    } else if (layer.kind === 'flatten') flat();
    else add(...fixedLayer(layer, made.length));
    shape = layer.outShape;
  }
  if (form.kind === 'softmax') {
    flat();
    add('Activation', 'probabilities', { activation: 'softmax' });
  }
  return made;
}

function nameOf({ geometry }: LinearLayer, i: number): string {
  return `${geometry ? 'conv2d' : 'dense'}_${i}`;
}

function linearLayer(layer: LinearLayer, i: number): [string, string, Record<string, unknown>] {
  const { geometry, weight, outShape } = layer;
  const common = { use_bias: true, activation: 'linear' };
  if (!geometry) return ['Dense', nameOf(layer, i), { ...common, units: outShape[0]! }];
  return [
    'Conv2D',
    nameOf(layer, i),
    {
      ...common,
      filters: weight.shape[3]!,
      kernel_size: [...geometry.window],
      strides: [...geometry.stride],
      padding: paddingOf(geometry),
      data_format: 'channels_last',
      dilation_rate: [1, 1],
    },
  ];
}

function fixedLayer({ kind, geometry }: FixedLayer, at: number): [string, string, Record<string, unknown>] {
  if (!geometry) return ['Activation', `${kind}_${at}`, { activation: kind }];
  return [
    kind === 'max-pool' ? 'MaxPooling2D' : 'AveragePooling2D',
    `pool_${at}`,
    {
      pool_size: [...geometry.window],
      strides: [...geometry.stride],
      padding: paddingOf(geometry),
      data_format: 'channels_last',
    },
  ];
}

/** @throws BbbError `E_EXPORT` for windows that are neither `valid` nor `same` */
function paddingOf({
  input,
  window,
  stride,
  output,
}: NonNullable<LinearLayer['geometry'] | FixedLayer['geometry']>): string {
  const fits = (count: (axis: 0 | 1) => number): boolean =>
    ([0, 1] as const).every((axis) => count(axis) === output[axis]);
  if (fits((axis) => Math.floor((input[axis] - window[axis]) / stride[axis]) + 1)) return 'valid';
  if (fits((axis) => Math.ceil(input[axis] / stride[axis]))) return 'same';
  throw new BbbError('E_EXPORT', 'tfjs has no padding like that of this layer.', {
    hint: 'Export ONNX instead: --format onnx.',
  });
}
