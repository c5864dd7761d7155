import type { Features, MissingValues } from './dataset.js';

/**
 * The value that replaces a missing one (NaN), for each column. It is computed from these rows only, and is 0 for a column that has no
 * value in them.
 * @param features `[examples, columns]`
 */
export function fitFill(
  features: Features,
  columns: number,
  rows: Uint32Array,
  { fill, categories = [] }: MissingValues,
): number[] {
  const fills = Array.from({ length: columns }, (_, column) => {
    const values = knownValues(features, columns, rows, column);
    if (values.length === 0) return 0;
    return fill === 'mean' ? mean(values) : median(values);
  });
  for (const [first, width] of categories) {
    const most = mostFrequent(features, columns, rows, first, width);
    for (let c = 0; c < width; c++) fills[first + c] = c === most ? 1 : 0;
  }
  return fills;
}

function knownValues(features: Features, columns: number, rows: Uint32Array, column: number): Float64Array {
  const values = new Float64Array(rows.length);
  let count = 0;
  for (const row of rows) {
    const value = features[row * columns + column]!;
    if (!Number.isNaN(value)) values[count++] = value;
  }
  return values.subarray(0, count);
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function median(values: Float64Array): number {
  values.sort();
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}

/** Index of the most frequent category among the columns of one category; the first one at a tie. */
function mostFrequent(
  features: Features,
  columns: number,
  rows: Uint32Array,
  first: number,
  width: number,
): number {
  const counts = new Float64Array(width);
  for (const row of rows) {
    const from = row * columns + first;
    for (let c = 0; c < width; c++) if (features[from + c] === 1) counts[c]!++;
  }
  return counts.reduce((best, count, c) => (count > counts[best]! ? c : best), 0);
}
