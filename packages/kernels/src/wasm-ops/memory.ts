import * as tf from '@tensorflow/tfjs-core';
import type { Operand, Ops } from '../ops.js';
import { wasmBackend } from '../tfjs/internals.js';
import type { Kernels } from '../wasm/instance.js';
import { tensor } from './operand.js';

type Memory = Pick<Ops, 'alloc' | 'free' | 'read' | 'write' | 'copy' | 'fillWhereZero' | 'gatherPixels'>;

export function memoryOps(kernels: Kernels): Memory {
  const { run } = kernels;
  const at = (x: Operand): number => kernels.offset(tensor(x));
  const view = (x: Operand): Float32Array => kernels.f32(at(x), tensor(x).size);
  return {
    alloc(shape) {
      // Zeroed in place: tf.zeros would fill a JavaScript array first and copy it.
      const x = tf.engine().makeTensorFromTensorInfo(wasmBackend().makeOutput([...shape], 'float32'));
      view(x).fill(0);
      // Kept: a training step inside tf.tidy must not lose its parameters.
      return tf.keep(x);
    },
    free: (x) => tensor(x).dispose(),
    read: (x) => view(x).slice(),
    write: (x, values) => view(x).set(values),
    copy: (out, x) => view(out).set(view(x)),
    fillWhereZero(x, keep, value) {
      const bytes = kernels.scratch('keep', keep.length);
      kernels.u8(bytes, keep.length).set(keep);
      run.fillWhereZero(at(x), bytes, keep.length, value);
    },
    gatherPixels(out, images, rows, divisor) {
      const { size } = tensor(out);
      const pixels = size / rows.length;
      const bytes = kernels.scratch('pixels', size);
      const to = kernels.u8(bytes, size);
      for (let r = 0; r < rows.length; r++) {
        const from = rows[r]! * pixels;
        to.set(images.subarray(from, from + pixels), r * pixels);
      }
      run.pixels(at(out), bytes, size, divisor);
    },
  };
}
