import type { Operand, Ops } from '@bbb/kernels';
import type { WeightSpec } from '../network/layer.js';
import { sizeOf } from '../network/shape.js';

/** One number for each element of each weight, by weight name, in float64. */
export type ByWeight = Readonly<Record<string, Float64Array>>;

/** Zeros for every weight. */
export function zeros(weights: readonly WeightSpec[]): ByWeight {
  return Object.fromEntries(weights.map(({ name, shape }) => [name, new Float64Array(sizeOf(shape))]));
}

/** total += x, in float64, so that sums over many batches are exact enough. */
export function addTo(ops: Ops, total: Float64Array, x: Operand): void {
  const values = ops.read(x);
  for (let i = 0; i < values.length; i++) total[i]! += values[i]!;
}

/** x * factor, in place. */
export function scaleAll(all: ByWeight, factor: number): ByWeight {
  for (const values of Object.values(all)) for (let i = 0; i < values.length; i++) values[i]! *= factor;
  return all;
}

/** Calls `use` with operands, and frees them afterwards. */
export function withOperands<T>(
  ops: Ops,
  shapes: readonly (readonly number[])[],
  use: (...operands: Operand[]) => T,
): T {
  const operands = shapes.map((shape) => ops.alloc(shape));
  try {
    return use(...operands);
  } finally {
    for (const operand of operands) ops.free(operand);
  }
}
