import type { Features } from '@bbb/core';
import { sharedFloats } from '../memory.js';
import type { FieldReader } from './fields.js';
import type { RowStore } from './store.js';

/** How one column becomes inputs: a number, or one input for each category. */
export interface Encoding {
  readonly width: number;
  /** In place of a missing value: a number, or the index of a category. */
  readonly fill: number;
  /** Inputs by category, in the order in which they came; absent for numbers. */
  readonly position?: readonly number[];
}

/** How the columns of the training file become inputs; test examples are encoded alike. */
export function encodings(
  readers: readonly FieldReader[],
  store: RowStore,
  missing: 'mean' | 'median' | 'refuse' | 'drop',
): Encoding[] {
  return readers.map((reader, index) => {
    const fill =
      missing === 'mean' || missing === 'median' ? fillOf(reader, store, index, missing) : Number.NaN;
    if (reader.kind !== 'category') return { width: 1, fill };
    // By name, whatever the order of the rows.
    const names = [...reader.categories].sort();
    return { width: names.length, fill, position: reader.categories.map((name) => names.indexOf(name)) };
  });
}

function fillOf(reader: FieldReader, store: RowStore, index: number, by: 'mean' | 'median'): number {
  const values = store.column(index).filter((value) => !Number.isNaN(value));
  if (values.length === 0) return 0;
  if (reader.kind === 'category') return mostFrequent(values, reader.categories);
  if (by === 'mean') return values.reduce((sum, value) => sum + value, 0) / values.length;
  values.sort();
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}

/** The first by name of those that occur most often. */
function mostFrequent(values: Float64Array, names: readonly string[]): number {
  const counts = names.map(() => 0);
  for (const value of values) counts[value]!++;
  return counts.reduce(
    (best, n, i) => (n > counts[best]! || (n === counts[best]! && names[i]! < names[best]!) ? i : best),
    0,
  );
}

export const inputWidth = (columns: readonly Encoding[]): number =>
  columns.reduce((sum, { width }) => sum + width, 0);

/** Features in shared memory. The store is empty afterwards. */
export function encodeRows(store: RowStore, columns: readonly Encoding[]): Features {
  const width = inputWidth(columns);
  const features = sharedFloats(store.count * width);
  store.drain((chunk, at, row) => {
    let to = row * width;
    for (let c = 0; c < columns.length; c++) {
      const { width: inputs, fill, position } = columns[c]!;
      const value = chunk[at + c]!;
      const known = Number.isNaN(value) ? fill : value;
      if (position) features[to + position[known]!] = 1;
      else features[to] = known;
      to += inputs;
    }
  });
  return features;
}
