/** Windows over a batch of images, channels last. src/wasm-ops/geometry.ts writes this record. See PoolGeometry in src/geometry.ts. */
@unmanaged export class Geometry {
  batch: i32;
  height: i32;
  width: i32;
  channels: i32;
  windowHeight: i32;
  windowWidth: i32;
  strideY: i32;
  strideX: i32;
  beforeY: i32;
  beforeX: i32;
  outHeight: i32;
  outWidth: i32;
  outChannels: i32;
}

/** Numbers in one row of a window. In an image they are contiguous. */
// @ts-ignore: decorator
@inline
export function runOf(g: Geometry): i32 {
  return g.windowWidth * g.channels;
}

/** Numbers in a window: a convolution sums over them. */
// @ts-ignore: decorator
@inline
export function depthOf(g: Geometry): i32 {
  return g.windowHeight * g.windowWidth * g.channels;
}

/** Windows in an image. */
// @ts-ignore: decorator
@inline
export function positionsOf(g: Geometry): i32 {
  return g.outHeight * g.outWidth;
}

/** Rows from the top of the first window to the bottom of the last one. */
// @ts-ignore: decorator
@inline
export function spanHeight(g: Geometry): i32 {
  return (g.outHeight - 1) * g.strideY + g.windowHeight;
}

// @ts-ignore: decorator
@inline
export function spanWidth(g: Geometry): i32 {
  return (g.outWidth - 1) * g.strideX + g.windowWidth;
}

/** Whether a window reaches beyond its image. */
export function isPadded(g: Geometry): bool {
  return (
    g.beforeY > 0 || g.beforeX > 0 ||
    spanHeight(g) - g.beforeY > g.height || spanWidth(g) - g.beforeX > g.width
  );
}

/** Bytes of an image. */
// @ts-ignore: decorator
@inline
export function imageBytes(g: Geometry): usize {
  return (<usize>g.height * g.width * g.channels) << 2;
}

/** Bytes of a padded image: the area from the first window to the last one. */
// @ts-ignore: decorator
@inline
export function spanBytes(g: Geometry): usize {
  return (<usize>spanHeight(g) * spanWidth(g) * g.channels) << 2;
}
