import type { Operand, Ops } from '@bbb/kernels';
import { z } from 'zod';
import type { Features } from './dataset.js';

/**
 * How features become a network's inputs: plain JSON, fitted on the training split alone, kept with the network.
 * - `divide`: x / divisor, e.g. pixels / 255
 * - `standardise`: (x - mean) / sd, by column
 *
 * `fill` has, by column, the value that stands for a missing one (NaN), in the unit of the feature; absent: none may be missing.
 */
export type InputScaling = (
  | { readonly kind: 'divide'; readonly divisor: number }
  | { readonly kind: 'standardise'; readonly mean: readonly number[]; readonly sd: readonly number[] }
) & { readonly fill?: readonly number[] };

/** Real targets are trained as (y - mean) / sd, and reported in their own unit. */
export interface TargetScaling {
  readonly mean: number;
  readonly sd: number;
}

/** How a network sees features and targets. */
export interface Preprocessing {
  readonly input: InputScaling;
  /** Absent for classes. */
  readonly target?: TargetScaling;
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
});

/**
 * Mean and (population) standard deviation of each column over the rows, in float64; a column of one value has sd 1.
 * @param fill by column, what stands for a missing value
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

/** What the network sees of a feature of this column. */
export function inputOf(x: number, column: number, scaling: InputScaling): number {
  const known = scaling.fill && Number.isNaN(x) ? scaling.fill[column]! : x;
  return scaling.kind === 'divide'
    ? known / scaling.divisor
    : (known - scaling.mean[column]!) / scaling.sd[column]!;
}

/**
 * out[r, :] = the inputs that the network sees of example rows[r].
 * @param out `[rows, size]`, size numbers of one example
 * @param features `[examples, size]`, in the user's own units
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
  // float64 where the ops are: the values are rounded as the operand stores them.
  const values = new Float64Array(rows.length * size);
  for (let r = 0; r < rows.length; r++) {
    const from = rows[r]! * size;
    for (let c = 0; c < size; c++) {
      values[r * size + c] = inputOf(features[from + c]!, c, scaling);
    }
  }
  ops.write(out, values);
}
