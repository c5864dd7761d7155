import { sizeOf, type FixedLayer, type Shape } from '@bbb/core';

/**
 * Turns an image into a row of numbers: row by row, channels last. Nothing is copied.
 * @param shape shape of its input, e.g. `[7, 7, 50]`
 */
export const flatten = (shape: Shape): FixedLayer => ({
  kind: 'flatten',
  inShape: shape,
  outShape: [sizeOf(shape)],
  effect: 'shape',
  keepsZeros: true,
  resized: flatten,
  forward: (ops, out, x) => ops.copy(out, x),
  backward: (ops, dx, dOut) => ops.copy(dx, dOut),
});
