import type { FixedLayer, Shape } from '@bbb/core';
import { poolGeometry, type Padding, type PoolGeometry } from '@bbb/kernels';
import { imageShape } from './image-shape.js';

export interface PoolingOptions {
  /** Height and width of the windows. */
  readonly size: readonly [number, number];
  /** Default: the size, so that windows do not overlap. */
  readonly stride?: readonly [number, number];
  readonly padding: Padding;
}

function geometryOf(kind: string, inShape: Shape, { size, stride, padding }: PoolingOptions): PoolGeometry {
  return poolGeometry({
    input: imageShape(kind, inShape),
    window: size,
    padding,
    ...(stride ? { stride } : {}),
  });
}

/** The largest value of each window. */
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

/** The mean of each window. */
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
