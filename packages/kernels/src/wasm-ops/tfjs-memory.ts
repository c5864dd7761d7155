import * as tf from '@tensorflow/tfjs-core';
import { wasmBackend } from '../tfjs/internals.js';
import type { TfjsKernels } from '../wasm/instance.js';
import { tensor } from './operand.js';
import type { OperandMemory } from './operand-memory.js';

/** Operands are float32 tensors of tfjs's wasm backend. */
export function tfjsMemory(kernels: TfjsKernels): OperandMemory {
  return {
    kernels,
    alloc(shape) {
      // Sets zeros in place. tf.zeros would fill a JavaScript array and copy it.
      const x = tf.engine().makeTensorFromTensorInfo(wasmBackend().makeOutput([...shape], 'float32'));
      kernels.f32(kernels.offset(x), x.size).fill(0);
      // tf.tidy must not dispose of parameters that a training step inside it makes.
      return tf.keep(x);
    },
    free: (x) => tensor(x).dispose(),
    at: (x) => kernels.offset(tensor(x)),
    sizeOf: (x) => tensor(x).size,
  };
}
