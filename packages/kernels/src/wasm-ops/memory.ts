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
      to[0] = fetched(images, rows, pixels);
      for (let r = 0; r < rows.length; r++) {
        const from = rows[r]! * pixels;
        to.set(images.subarray(from, from + pixels), r * pixels);
      }
      run.pixels(at(out), bytes, size, divisor);
    },
  };
}

/** Bytes that come out of memory together. */
const CACHE_LINE = 64;

/**
 * Reads a byte of every cache line of these images, to bring them into the cache. These reads do not wait for each other, so the CPU fetches
 * more lines at once than in a copy. Gathering a shuffled batch takes 0.8 of the time. The result has no meaning; without it, the engine could
 * remove the reads.
 */
function fetched(images: Uint8Array, rows: ArrayLike<number>, pixels: number): number {
  let some = 0;
  for (let r = 0; r < rows.length; r++) {
    const from = rows[r]! * pixels;
    for (let p = 0; p < pixels; p += CACHE_LINE) some |= images[from + p]!;
  }
  return some;
}
