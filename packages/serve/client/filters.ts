import type { TrialRow } from '../src/protocol.js';
import type { Axis } from './axes.js';
import { nameOf, STATES } from './format.js';

/** The values of an axis that pass: an interval including its ends, or some choices. */
export type Range =
  | { readonly kind: 'number'; readonly low: number; readonly high: number }
  | { readonly kind: 'choice'; readonly values: ReadonlySet<string> };

export interface Filters {
  /** Labels of methods. Empty means all. */
  readonly methods: ReadonlySet<string>;
  readonly state: TrialRow['state'] | '';
  /** Words that must all occur. */
  readonly text: string;
  /** Ranges by the key of their axis. */
  readonly ranges: ReadonlyMap<string, Range>;
}

export const NO_FILTERS: Filters = { methods: new Set(), state: '', text: '', ranges: new Map() };

export const isFiltered = ({ methods, state, text, ranges }: Filters): boolean =>
  methods.size + ranges.size > 0 || state !== '' || text.trim() !== '';

/** Whether a trial passes all filters. A trial without a value is outside every range. */
export function passes(
  row: TrialRow,
  { methods, state, text, ranges }: Filters,
  axes: readonly Axis[],
): boolean {
  if (methods.size > 0 && !methods.has(row.label)) return false;
  if (state !== '' && row.state !== state) return false;
  if (!matches(row, text)) return false;
  return axes.every(({ key, value }) => {
    const range = ranges.get(key);
    return range === undefined || within(value(row), range);
  });
}

function within(value: number | string | undefined, range: Range): boolean {
  if (value === undefined) return false;
  if (range.kind === 'choice') return range.values.has(String(value));
  return Number(value) >= range.low && Number(value) <= range.high;
}

function matches(row: TrialRow, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const all =
    `${nameOf(row)} seed ${row.seed} ${STATES[row.state]} ${row.id} ${row.error ?? ''}`.toLowerCase();
  return words.every((word) => all.includes(word));
}

export function withRange(filters: Filters, key: string, range: Range | undefined): Filters {
  const ranges = new Map(filters.ranges);
  if (range) ranges.set(key, range);
  else ranges.delete(key);
  return { ...filters, ranges };
}

export function withMethod(filters: Filters, label: string): Filters {
  const methods = new Set(filters.methods);
  if (!methods.delete(label)) methods.add(label);
  return { ...filters, methods };
}
