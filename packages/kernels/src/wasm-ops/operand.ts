import * as tf from '@tensorflow/tfjs-core';
import { KernelError } from '../errors.js';
import type { Operand } from '../ops.js';

/** The tensor that an operand of these ops is. */
export function tensor(x: Operand): tf.Tensor {
  if (x instanceof tf.Tensor && x.dtype === 'float32') return x;
  throw new KernelError(
    'KERNEL_TYPE',
    x instanceof tf.Tensor
      ? `expected a float32 tensor, got ${x.dtype}. Cast it with tf.cast(x, 'float32').`
      : "expected a tfjs tensor on the wasm backend. Use `alloc` of the same ops, or tfjs's own tensors.",
  );
}
