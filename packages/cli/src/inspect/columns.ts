import type { DataPart } from '@bbb/core';

/** Numbers of one column of the training examples. */
export interface ColumnSummary {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  /** Examples in {@link BINS} equal parts of the range. */
  readonly histogram: readonly number[];
}

export const BINS = 16;
/** Columns that are told of. */
export const MOST_COLUMNS = 40;

export function columnsOf({ features, count }: DataPart, columns: number): ColumnSummary[] {
  return Array.from({ length: Math.min(columns, MOST_COLUMNS) }, (_, column) => {
    const values = Float64Array.from({ length: count }, (__, row) => features[row * columns + column]!);
    return summary(values);
  });
}

export function summary(values: Float64Array): ColumnSummary {
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
