import type { Estimate } from '../stats/estimate.js';

/**
 * How a number is shown. Stored numbers stay in base units (fractions, nats, seconds); only text is scaled.
 * - `percent`: a fraction in [0, 1], as percent with two decimals
 * - `points`: a difference of fractions, in percentage points, with its sign
 * - `share`: a fraction, as percent with as many decimals as it needs
 * - `fixed1`, `fixed2`, ...: this number of decimals
 * - `signed1`, `signed2`, ...: a difference with this number of decimals and its sign
 * - `count`: an integer with thousands separated
 * - `seconds`: one decimal below 100
 * - `p`: a p-value
 */
export type Format =
  'percent' | 'points' | 'share' | `fixed${number}` | `signed${number}` | 'count' | 'seconds' | 'p';

export type Cell =
  /** `detail` is shown under or after the text if there is room: not on a terminal, not in CSV. */
  | { readonly kind: 'text'; readonly text: string; readonly detail?: string }
  /** One number that is not an estimate over seeds: a count, a published value. */
  | { readonly kind: 'number'; readonly value: number; readonly format: Format }
  | { readonly kind: 'estimate'; readonly estimate: Estimate; readonly format: Format }
  /** There is no value, for this reason. */
  | { readonly kind: 'missing'; readonly reason: string };

export interface Column {
  /** Stable name, for CSV and JSON: lower case, `_` between words. */
  readonly key: string;
  readonly header: string;
  readonly align: 'left' | 'right';
  /** Whether the numbers are published ones of others. */
  readonly published?: boolean;
}

export interface Table {
  /** Stable name, for file names and anchors. */
  readonly id: string;
  readonly title: string;
  readonly columns: readonly Column[];
  /** Cells in the order of the columns. */
  readonly rows: readonly (readonly Cell[])[];
  /** Notes that a reader needs to understand the table: one sentence or two each. */
  readonly notes: readonly string[];
}

export const text = (value: string, detail?: string): Cell =>
  detail ? { kind: 'text', text: value, detail } : { kind: 'text', text: value };

export const missing = (reason: string): Cell => ({ kind: 'missing', reason });

/** A number, or a missing cell for undefined. */
export const number = (value: number | undefined, format: Format, reason = 'none'): Cell =>
  value === undefined ? missing(reason) : { kind: 'number', value, format };

/** An estimate, or a missing cell for undefined. */
export const estimated = (value: Estimate | undefined, format: Format, reason = 'not measured'): Cell =>
  value ? { kind: 'estimate', estimate: value, format } : missing(reason);

export const left = (key: string, header: string): Column => ({ key, header, align: 'left' });
export const right = (key: string, header: string): Column => ({ key, header, align: 'right' });
export const published = (key: string, header: string): Column => ({
  key,
  header,
  align: 'right',
  published: true,
});
