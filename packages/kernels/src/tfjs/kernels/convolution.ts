import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as images from '../../wasm/images.js';
import { activate, activation } from './activation.js';
import type { KernelContext, KernelParams, Override } from './override.js';
import { convolutionOf } from './window-geometry.js';

/** Convolutions with channels last and without dilations. tfjs does all others. */
export const conv2d: Override = { kernelName: 'Conv2D', run: forward };

/** With bias and activation. ReLU is applied while a tile is in registers, other activations in a second pass. */
export const fusedConv2d: Override = {
  kernelName: 'FusedConv2D',
  run(params, context) {
    const { bias } = params.inputs;
    const channels = params.inputs['filter']?.shape[3];
    if (bias && (bias.dtype !== 'float32' || bias.shape.length !== 1 || bias.shape[0] !== channels))
      return undefined;
    const name = activation(params);
    const result = forward(params, context, bias, name === 'relu' || name === 'relu6');
    return result && activate(name, result, params, context);
  },
};

function forward(
  params: KernelParams,
  { kernels, backend }: KernelContext,
  bias?: TensorInfo,
  relu = false,
): TensorInfo | undefined {
  const { x, filter } = params.inputs;
  if (x?.dtype !== 'float32' || filter?.dtype !== 'float32') return undefined;
  const geometry = convolutionOf(params, x.shape, filter.shape);
  if (!geometry) return undefined;
  const batch = x.shape[0]!;
  const out = backend.makeOutput([batch, ...geometry.output], 'float32');
  const at = (tensor: TensorInfo): number => kernels.offset(tensor);
  const operands = { batch, geometry, x: at(x), w: at(filter), out: at(out) };
  images.convolve(kernels, operands, bias ? at(bias) : 0, relu);
  return out;
}

/** The gradient of the input, which is also a transposed convolution. */
export const conv2dBackpropInput: Override = {
  kernelName: 'Conv2DBackpropInput',
  run(params, { kernels, backend }) {
    const { dy, filter } = params.inputs;
    const shape = params.attrs?.['inputShape'] as number[];
    if (dy?.dtype !== 'float32' || filter?.dtype !== 'float32') return undefined;
    const geometry = convolutionOf(params, shape, filter.shape);
    if (!geometry || !isOutput(dy, shape[0]!, geometry.output)) return undefined;
    const out = backend.makeOutput(shape, 'float32');
    const [x, w, given] = [kernels.offset(out), kernels.offset(filter), kernels.offset(dy)];
    images.convolveBackward(kernels, { batch: shape[0]!, geometry, x, w, out: given });
    return out;
  },
};

/** tfjs-wasm has no such kernel; without it no convolution can be trained. */
export const conv2dBackpropFilter: Override = {
  kernelName: 'Conv2DBackpropFilter',
  run(params, { kernels, backend }) {
    const { x, dy } = params.inputs;
    const shape = params.attrs?.['filterShape'] as number[];
    if (x?.dtype !== 'float32' || dy?.dtype !== 'float32') return undefined;
    const geometry = convolutionOf(params, x.shape, shape);
    if (!geometry || !isOutput(dy, x.shape[0]!, geometry.output)) return undefined;
    const out = backend.makeOutput(shape, 'float32');
    const [image, w, given] = [kernels.offset(x), kernels.offset(out), kernels.offset(dy)];
    images.convolveGradients(kernels, { batch: x.shape[0]!, geometry, x: image, w, out: given }, 0);
    return out;
  },
};

/** Whether a gradient has the shape of its tensor, so that no kernel reads past its end. */
const isOutput = ({ shape }: TensorInfo, batch: number, output: readonly number[]): boolean =>
  shape.length === 4 && shape[0] === batch && output.every((size, axis) => shape[axis + 1] === size);
