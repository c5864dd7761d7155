import type { FixedLayer, Shape } from '@bbb/core';

/**
 * max(0, x), elementwise, for any shape. The layer with weights before it can compute it, too.
 * @param shape shape of its input, which is that of its output
 */
export const relu = (shape: Shape): FixedLayer => ({
  kind: 'relu',
  inShape: shape,
  outShape: shape,
  effect: 'elementwise',
  keepsZeros: true,
  resized: relu,
  forward: (ops, out, x) => ops.relu(out, x),
  backward(ops, dx, dOut, _x, out) {
    if (dx !== dOut) ops.copy(dx, dOut);
    ops.reluBackward(dx, out, 1);
  },
});

/**
 * tanh x, elementwise, of any shape, within 2 ulp; d tanh = 1 - tanh^2.
 * @param shape shape of its input, which is that of its output
 */
export const tanh = (shape: Shape): FixedLayer => ({
  kind: 'tanh',
  inShape: shape,
  outShape: shape,
  effect: 'elementwise',
  keepsZeros: true,
  resized: tanh,
  forward: (ops, out, x) => ops.tanh(out, x),
  backward(ops, dx, dOut, _x, out) {
    if (dx !== dOut) ops.copy(dx, dOut);
    ops.tanhBackward(dx, out);
  },
});
