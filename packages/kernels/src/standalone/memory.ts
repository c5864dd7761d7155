import { KernelError } from '../errors.js';
import type { Operand } from '../ops.js';
import type { OperandMemory } from '../wasm-ops/operand-memory.js';
import type { Heap, Kernels } from '../wasm/kernels.js';

/** A float32 array in a memory of its own. */
class Block implements Operand {
  constructor(
    readonly owner: Heap,
    readonly shape: readonly number[],
    readonly size: number,
    /** 0 once it is freed. */
    public at: number,
  ) {}
}

/** Operands are arrays of float32 on a heap of our own. */
export function heapMemory(heap: Heap, kernels: Kernels): OperandMemory {
  const block = (x: Operand): Block => {
    if (!(x instanceof Block) || x.owner !== heap) {
      throw new KernelError(
        'KERNEL_TYPE',
        'these standalone ops got an operand that is not their own. Use `alloc` of the same ops.',
      );
    }
    if (x.at === 0) {
      throw new KernelError(
        'KERNEL_DISPOSED',
        `the operand of shape [${x.shape.join(', ')}] has been freed.`,
      );
    }
    return x;
  };
  return {
    kernels,
    alloc(shape) {
      const size = countOf(shape);
      const at = heap.malloc(4 * size);
      kernels.f32(at, size).fill(0);
      return new Block(heap, [...shape], size, at);
    },
    free(x) {
      // Freeing an operand again does nothing, as in tfjs.
      if (x instanceof Block && x.owner === heap && x.at === 0) return;
      const owned = block(x);
      heap.free(owned.at);
      owned.at = 0;
    },
    at: (x) => block(x).at,
    sizeOf: (x) => block(x).size,
  };
}

function countOf(shape: readonly number[]): number {
  const size = shape.reduce((product, n) => product * n, 1);
  if (shape.every((n) => Number.isSafeInteger(n) && n >= 0) && Number.isSafeInteger(4 * size)) return size;
  throw new KernelError(
    'KERNEL_SHAPE',
    `alloc got the shape [${shape.join(', ')}]. Expected whole numbers from 0 whose product fits into memory.`,
  );
}
