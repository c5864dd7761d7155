import { inputNames, sizeOf, type Dataset } from '@bbb/core';

/** A summary of one column of the training examples. */
export interface ColumnSummary {
  /** The name of the column, or its number from 1 if it has no name. */
  readonly name: string;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  /** Number of examples without a value. */
  readonly missing: number;
  /** Number of examples in each of {@link BINS} equal parts of the range. */
  readonly histogram: readonly number[];
}

export const BINS = 16;
/** Most columns that are described. */
export const MOST_COLUMNS = 40;

export function columnsOf({ inputShape, table, train: { features, count } }: Dataset): ColumnSummary[] {
  const names = table && inputNames(table);
  const width = sizeOf(inputShape);
  return Array.from({ length: Math.min(width, MOST_COLUMNS) }, (_, column) => {
    const all = Float64Array.from({ length: count }, (__, row) => features[row * width + column]!);
    const known = all.filter((value) => !Number.isNaN(value));
    return {
      name: names?.[column] ?? String(column + 1),
      missing: count - known.length,
      ...summary(known),
    };
  });
}

/** The summary of some numbers. If there are none, it consists of zeros. */
export function summary(values: Float64Array): Omit<ColumnSummary, 'name' | 'missing'> {
  if (values.length === 0)
    return { min: 0, mean: 0, max: 0, histogram: Array.from({ length: BINS }, () => 0) };
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  const histogram = Array.from({ length: BINS }, () => 0);
  for (const value of values) {
    const bin = max > min ? Math.floor(((value - min) / (max - min)) * BINS) : 0;
    histogram[Math.min(bin, BINS - 1)]!++;
  }
  return { min, mean: sum / values.length, max, histogram };
}
