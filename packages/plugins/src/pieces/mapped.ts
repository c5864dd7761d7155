import type { Operand, Ops } from '@bbb/kernels';

/** Numbers of an operand, in the precision of its ops. */
export type Numbers = Float32Array | Float64Array;

/** An op of one input, or the change of sign. */
export type ElementwiseMap = 'softplus' | 'sigmoid' | 'log' | 'negative';

/**
 * Functions of every element, one after the other, by ops: fast, and the same bits everywhere. A copy.
 * @param maps the first one first
 */
export function mapped(ops: Ops, x: Operand, ...maps: readonly ElementwiseMap[]): Numbers {
  const out = ops.alloc(x.shape);
  try {
    ops.copy(out, x);
    for (const map of maps) {
      if (map === 'negative')
        ops.write(
          out,
          ops.read(out).map((value) => -value),
        );
      else ops[map](out, out);
    }
    return ops.read(out);
  } finally {
    ops.free(out);
  }
}
