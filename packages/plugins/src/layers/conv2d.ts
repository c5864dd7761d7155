import type { LinearLayer, Shape } from '@bbb/core';
import { convGeometry, type Padding } from '@bbb/kernels';
import { windowsOver } from './image-shape.js';

export interface Conv2dOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Height and width of the filters. */
  readonly kernel: readonly [number, number];
  /** Pixels from one window to the next, down and across. */
  readonly stride: readonly [number, number];
  /** `valid`: all windows lie within the image. `same`: the image is padded with zeros, so that stride 1 keeps its size. */
  readonly padding: Padding;
}

/**
 * A convolution, channels last: every output position is computed from a window of the image with the same weights.
 * The weight is `[height, width, channels in, filters]`, the bias `[filters]`, named `layers.<layer>.weight` and `.bias`.
 * @param layer number of layers with weights before it
 * @param inShape `[height, width, channels]`
 * @param options filters, size of the kernel, stride, padding, activation
 * @throws BbbError `E_NETWORK` for an input that is not an image, or is smaller than the kernel
 */
export function conv2d(layer: number, inShape: Shape, options: Conv2dOptions): LinearLayer {
  const { filters, kernel, stride, padding } = options;
  const geometry = windowsOver('conv2d', inShape, (input) =>
    convGeometry({ input, filters, window: kernel, stride, padding }),
  );
  const [height, width, channels] = geometry.filter;
  const spec = {
    layer,
    fanIn: height * width * channels,
    fanOut: height * width * filters,
    inputUnits: channels,
  };
  return {
    kind: 'conv2d',
    inShape,
    outShape: geometry.output,
    weight: { ...spec, name: `layers.${layer}.weight`, role: 'weight', shape: geometry.filter },
    bias: { ...spec, name: `layers.${layer}.bias`, role: 'bias', shape: [filters] },
    geometry,
    forward: (ops, out, x, weight, bias, relu = false) =>
      ops.convolve(out, x, weight, geometry, { ...(bias ? { bias } : {}), relu }),
    backward: (ops, dx, dOut, weight) => ops.convolveBackward(dx, dOut, weight, geometry),
    gradients: (ops, dWeight, dBias, x, dOut) => ops.convolveGradients(dWeight, dBias, x, dOut, geometry),
    resized: (shape, units) => conv2d(layer, shape, { ...options, filters: units }),
  };
}
