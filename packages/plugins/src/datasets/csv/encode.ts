import type { Features, TableColumn, TableSpec } from '@bbb/core';
import { sharedFloats } from '../memory.js';
import type { Columns } from './columns.js';
import type { FieldReader } from './fields.js';
import type { RowStore } from './store.js';

/** How one column becomes inputs: a number, or one input for each category. */
export interface Encoding extends TableColumn {
  readonly width: number;
  /** For each category, in the order of their first occurrence: the number of its input. */
  readonly position?: readonly number[];
}

/** How the columns of the training rows become inputs. Test rows are encoded in the same way. */
export function encodings(readers: readonly FieldReader[]): Encoding[] {
  return readers.map(({ name, kind, categories }) => {
    if (kind !== 'category') return { name, width: 1 };
    const sorted = [...categories].sort();
    const position = categories.map((category) => sorted.indexOf(category));
    return { name, width: sorted.length, categories: sorted, position };
  });
}

export const inputWidth = (columns: readonly Encoding[]): number =>
  columns.reduce((sum, { width }) => sum + width, 0);

/** The description of the columns that a network keeps. Categories are sorted, so they do not depend on the order of the rows. */
export function tableOf(encodings: readonly Encoding[], { names, target, features }: Columns): TableSpec {
  const used = new Set([target, ...features]);
  const dropped = names.filter((_, i) => !used.has(i));
  return {
    columns: encodings.map(({ name, categories }) => ({ name, ...(categories ? { categories } : {}) })),
    target: names[target]!,
    ...(dropped.length > 0 ? { dropped } : {}),
  };
}

/** Inputs that are one category together, as [first, width]. */
export function categoryInputs(columns: readonly Encoding[]): [number, number][] {
  const found: [number, number][] = [];
  let first = 0;
  for (const { width, categories } of columns) {
    if (categories) found.push([first, width]);
    first += width;
  }
  return found;
}

/** Writes features into shared memory, with NaN for missing values. The store is empty afterwards. */
export function encodeRows(store: RowStore, columns: readonly Encoding[]): Features {
  const width = inputWidth(columns);
  const features = sharedFloats(store.count * width);
  store.drain((chunk, at, row) => {
    let to = row * width;
    for (let c = 0; c < columns.length; c++) {
      const { width: inputs, position } = columns[c]!;
      const value = chunk[at + c]!;
      if (!position) features[to] = value;
      else if (Number.isNaN(value)) features.fill(Number.NaN, to, to + inputs);
      else features[to + position[value]!] = 1;
      to += inputs;
    }
  });
  return features;
}
