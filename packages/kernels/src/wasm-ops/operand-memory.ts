import type { Operand } from '../ops.js';
import type { Kernels } from '../wasm/kernels.js';

/** The memory of the operands of some ops: the heap of tfjs, or a memory of their own. */
export interface OperandMemory {
  readonly kernels: Kernels;
  /** A zeroed operand. */
  readonly alloc: (shape: readonly number[]) => Operand;
  readonly free: (x: Operand) => void;
  /**
   * Byte offset of its numbers, valid until it is freed.
   * @throws KernelError `KERNEL_TYPE` for an operand of other ops, `KERNEL_DISPOSED` for one that has been freed
   */
  readonly at: (x: Operand) => number;
  /** Number of elements of an operand. */
  readonly sizeOf: (x: Operand) => number;
}
