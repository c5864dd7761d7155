import { sizeOf, type FixedLayer, type Shape } from '@bbb/core';
import { poolGeometry, type Operand, type Ops, type Padding, type PoolGeometry } from '@bbb/kernels';
import { windowsOver } from './image-shape.js';

export interface PoolingOptions {
  /** Height and width of the windows. */
  readonly size: readonly [number, number];
  /** Default: the size, so that windows do not overlap. */
  readonly stride?: readonly [number, number];
  /** `valid`: all windows lie within the image. `same`: windows at the edges use only their part of the image. */
  readonly padding: Padding;
}

function geometryOf(kind: string, inShape: Shape, { size, stride, padding }: PoolingOptions): PoolGeometry {
  return windowsOver(kind, inShape, (input) =>
    poolGeometry({ input, window: size, padding, ...(stride ? { stride } : {}) }),
  );
}

/** For each window: the change of its largest element (the first one at a tie). */
function maxPoolTangent(ops: Ops, dOut: Operand, dx: Operand, x: Operand, geometry: PoolGeometry): void {
  const { input, window, stride, before, output } = geometry;
  const [height, width, channels] = input;
  const [xs, changes] = [ops.read(x), ops.read(dx)];
  const values = new Float64Array(sizeOf(dOut.shape));
  let at = 0;
  for (let image = 0; image < xs.length; image += sizeOf(input)) {
    for (let row = 0; row < output[0]; row++) {
      const top = row * stride[0] - before[0];
      for (let column = 0; column < output[1]; column++) {
        const left = column * stride[1] - before[1];
        for (let channel = 0; channel < channels; channel++) {
          let [largest, found] = [-Infinity, 0];
          for (let r = Math.max(0, top); r < Math.min(height, top + window[0]); r++) {
            for (let c = Math.max(0, left); c < Math.min(width, left + window[1]); c++) {
              const i = image + (r * width + c) * channels + channel;
              if (xs[i]! > largest) [largest, found] = [xs[i]!, i];
            }
          }
          values[at++] = changes[found]!;
        }
      }
    }
  }
  ops.write(dOut, values);
}

/**
 * The largest value of each window, for each channel. The gradient goes to the largest element (the first one at a tie).
 * @param inShape `[height, width, channels]`
 * @param options size of the window, stride and padding
 * @throws BbbError `E_NETWORK` for an input that is not an image, or smaller than the window
 */
export function maxPool(inShape: Shape, options: PoolingOptions): FixedLayer {
  const geometry = geometryOf('max-pool', inShape, options);
  return {
    kind: 'max-pool',
    inShape,
    outShape: geometry.output,
    geometry,
    keepsZeros: true,
    resized: (shape) => maxPool(shape, options),
    forward: (ops, out, x) => ops.maxPool(out, x, geometry),
    backward: (ops, dx, dOut, x) => ops.maxPoolBackward(dx, dOut, x, geometry),
    tangent: (ops, dOut, dx, x) => maxPoolTangent(ops, dOut, dx, x, geometry),
  };
}

/**
 * The mean of each window, for each channel, over the elements that lie within the image.
 * @param inShape `[height, width, channels]`
 * @param options size of the window, stride and padding
 * @throws as {@link maxPool}
 */
export function averagePool(inShape: Shape, options: PoolingOptions): FixedLayer {
  const geometry = geometryOf('average-pool', inShape, options);
  return {
    kind: 'average-pool',
    inShape,
    outShape: geometry.output,
    geometry,
    keepsZeros: true,
    resized: (shape) => averagePool(shape, options),
    forward: (ops, out, x) => ops.averagePool(out, x, geometry),
    backward: (ops, dx, dOut) => ops.averagePoolBackward(dx, dOut, geometry),
    tangent: (ops, dOut, dx) => ops.averagePool(dOut, dx, geometry),
  };
}
