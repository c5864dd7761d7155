import type { Operand, Ops } from '@bbb/kernels';

/** The numbers of an operand, in the precision of its ops. */
export type Numbers = Float32Array | Float64Array;

/** An op with one input, or the change of sign. */
export type ElementwiseMap = 'softplus' | 'sigmoid' | 'log' | 'negative';

/**
 * Applies functions to every element, one after another, with ops: fast, and with the same bits everywhere. Returns a copy.
 * @param maps functions, in the order in which they are applied
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
