import { KernelError } from '../errors.js';
import { sizeOf } from '../size.js';
import type { Operand } from '../ops.js';

/** A float64 array with a shape. */
export class Float64Operand implements Operand {
  readonly data: Float64Array;
  constructor(readonly shape: readonly number[]) {
    this.data = new Float64Array(sizeOf(shape));
  }
}

/** The numbers of an operand of these ops. */
export function data(x: Operand): Float64Array {
  if (x instanceof Float64Operand) return x.data;
  throw new KernelError(
    'KERNEL_TYPE',
    'the reference ops got an operand that is not their own. Use `alloc` of the same ops.',
  );
}
