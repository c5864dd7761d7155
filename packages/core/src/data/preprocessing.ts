import type { Operand, Ops } from '@bbb/kernels';
import { z } from 'zod';
import type { Features } from './dataset.js';
import { tableSchema, type TableSpec } from './table.js';

/**
 * How features become inputs of a network. Plain JSON; it is fitted on the training split alone, and stored with the network.
 * - `divide`: x / divisor, e.g. pixels / 255
 * - `standardise`: (x - mean) / sd, by column
 *
 * `fill` has, by column, the value that replaces a missing one (NaN), in the unit of the feature. Without it no value may be missing.
 */
export type InputScaling = (
  | { readonly kind: 'divide'; readonly divisor: number }
  | { readonly kind: 'standardise'; readonly mean: readonly number[]; readonly sd: readonly number[] }
) & { readonly fill?: readonly number[] };

/** Training uses (y - mean) / sd in place of a real target y. Results are reported in the unit of y. */
export interface TargetScaling {
  readonly mean: number;
  readonly sd: number;
}

/** How features and targets become what a network is trained on. */
export interface Preprocessing {
  readonly input: InputScaling;
  /** Absent for classes. */
  readonly target?: TargetScaling;
  /** The columns of the table that the features come from. Absent: features have no names. */
  readonly table?: TableSpec;
}

const numbers = z.array(z.number());
export const preprocessingSchema = z.strictObject({
  input: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('divide'),
      divisor: z.number().positive(),
      fill: numbers.optional(),
    }),
    z.strictObject({
      kind: z.literal('standardise'),
      mean: numbers,
      sd: z.array(z.number().positive()),
      fill: numbers.optional(),
    }),
  ]),
  target: z.strictObject({ mean: z.number(), sd: z.number().positive() }).optional(),
  table: tableSchema.optional(),
});

/**
 * Mean and (population) standard deviation of each column over the rows, in float64. A constant column gets the standard deviation 1.
 * @param fill by column, what replaces a missing value
 */
export function standardise(
  features: Features,
  columns: number,
  rows: Uint32Array,
  fill?: readonly number[],
): InputScaling {
  const known = (x: number, column: number): number => (fill && Number.isNaN(x) ? fill[column]! : x);
  const mean = new Float64Array(columns);
  for (const row of rows) {
    const from = row * columns;
    for (let c = 0; c < columns; c++) mean[c]! += known(features[from + c]!, c);
  }
  for (let c = 0; c < columns; c++) mean[c]! /= rows.length;
  const squares = new Float64Array(columns);
  for (const row of rows) {
    const from = row * columns;
    for (let c = 0; c < columns; c++) {
      const difference = known(features[from + c]!, c) - mean[c]!;
      squares[c]! += difference * difference;
    }
  }
  const sd = Array.from(squares, (sum) => Math.sqrt(sum / rows.length) || 1);
  return { kind: 'standardise', mean: [...mean], sd, ...(fill ? { fill } : {}) };
}

/** Mean and (population) standard deviation of the targets of these rows. */
export function fitTarget(targets: ArrayLike<number>, rows: Uint32Array): TargetScaling {
  let mean = 0;
  for (const row of rows) mean += targets[row]! / rows.length;
  let squares = 0;
  for (const row of rows) squares += (targets[row]! - mean) * (targets[row]! - mean);
  return { mean, sd: Math.sqrt(squares / rows.length) || 1 };
}

/** The input that a feature of this column becomes. */
export function inputOf(x: number, column: number, scaling: InputScaling): number {
  const known = scaling.fill && Number.isNaN(x) ? scaling.fill[column]! : x;
  return scaling.kind === 'divide'
    ? known / scaling.divisor
    : (known - scaling.mean[column]!) / scaling.sd[column]!;
}

/**
 * out[r, :] = the inputs of example rows[r].
 * @param ops the ops that allocate and compute operands, e.g. of `startBackend()`
 * @param out `[rows, size]`, where one example has `size` numbers
 * @param features `[examples, size]`, in the user's own units
 * @param rows numbers of the examples, from 0
 * @param scaling how features become inputs
 */
export function gatherInputs(
  ops: Ops,
  out: Operand,
  features: Features,
  rows: Uint32Array,
  scaling: InputScaling,
): void {
  if (scaling.kind === 'divide' && features instanceof Uint8Array) {
    ops.gatherPixels(out, features, rows, scaling.divisor);
    return;
  }
  const size = out.shape[1]!;
  // Computed in float64. `write` rounds to what the operand stores: the ops may be float64, too.
  const values = new Float64Array(rows.length * size);
  for (let r = 0; r < rows.length; r++) {
    const from = rows[r]! * size;
    for (let c = 0; c < size; c++) {
      values[r * size + c] = inputOf(features[from + c]!, c, scaling);
    }
  }
  ops.write(out, values);
}
