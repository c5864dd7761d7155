import type { Operand, Ops } from '../ops.js';
import type { OperandMemory } from './operand-memory.js';

type Memory = Pick<Ops, 'alloc' | 'free' | 'read' | 'write' | 'copy' | 'fillWhereZero' | 'gatherPixels'>;

export function memoryOps({ kernels, alloc, free, at, sizeOf }: OperandMemory): Memory {
  const { run } = kernels;
  const view = (x: Operand): Float32Array => kernels.f32(at(x), sizeOf(x));
  return {
    alloc,
    free,
    read: (x) => view(x).slice(),
    write: (x, values) => view(x).set(values),
    copy: (out, x) => view(out).set(view(x)),
    fillWhereZero(x, keep, value) {
      const bytes = kernels.scratch('keep', keep.length);
      kernels.u8(bytes, keep.length).set(keep);
      run.fillWhereZero(at(x), bytes, keep.length, value);
    },
    gatherPixels(out, images, rows, divisor) {
      const size = sizeOf(out);
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
