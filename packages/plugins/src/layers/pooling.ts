import type { FixedLayer, Shape } from '@bbb/core';
import { poolGeometry, type Padding, type PoolGeometry } from '@bbb/kernels';
import { windowsOver } from './image-shape.js';

export interface PoolingOptions {
  /** Height and width of the windows. */
  readonly size: readonly [number, number];
  /** Default: the size, so that windows do not overlap. */
  readonly stride?: readonly [number, number];
  /** `valid`: windows within the image alone. `same`: windows at the edges see what of the image lies within them. */
  readonly padding: Padding;
}

function geometryOf(kind: string, inShape: Shape, { size, stride, padding }: PoolingOptions): PoolGeometry {
  return windowsOver(kind, inShape, (input) =>
    poolGeometry({ input, window: size, padding, ...(stride ? { stride } : {}) }),
  );
}

/**
 * The largest value of each window, channel by channel; its gradient goes to the first of the largest.
 * @param inShape `[height, width, channels]`
 * @throws BbbError `E_NETWORK` for an input that is no image, or smaller than the window
 */
export function maxPool(inShape: Shape, options: PoolingOptions): FixedLayer {
  const geometry = geometryOf('max-pool', inShape, options);
  return {
    kind: 'max-pool',
    inShape,
    outShape: geometry.output,
    forward: (ops, out, x) => ops.maxPool(out, x, geometry),
    backward: (ops, dx, dOut, x) => ops.maxPoolBackward(dx, dOut, x, geometry),
  };
}

/**
 * The mean of each window, channel by channel, over the elements that lie within the image.
 * @param inShape `[height, width, channels]`
 * @throws as {@link maxPool}
 */
export function averagePool(inShape: Shape, options: PoolingOptions): FixedLayer {
  const geometry = geometryOf('average-pool', inShape, options);
  return {
    kind: 'average-pool',
    inShape,
    outShape: geometry.output,
    forward: (ops, out, x) => ops.averagePool(out, x, geometry),
    backward: (ops, dx, dOut) => ops.averagePoolBackward(dx, dOut, geometry),
  };
}
