import type { Histogram } from '@bbb/core';

/** Histograms of the same bins, added up; undefined without any. */
export function pool(histograms: readonly Histogram[]): Histogram | undefined {
  const [first] = histograms;
  if (!first) return undefined;
  const alike = histograms.filter(
    ({ low, high, counts }) =>
      low === first.low && high === first.high && counts.length === first.counts.length,
  );
  return {
    low: first.low,
    high: first.high,
    counts: first.counts.map((_, i) => alike.reduce((sum, { counts }) => sum + counts[i]!, 0)),
    below: alike.reduce((sum, { below }) => sum + below, 0),
    above: alike.reduce((sum, { above }) => sum + above, 0),
  };
}

function total({ counts, below, above }: Histogram): number {
  return counts.reduce((sum, count) => sum + count, below + above);
}

export function binWidth({ low, high, counts }: Histogram): number {
  return (high - low) / counts.length;
}

/** Density (probability per unit of x) at the centre of each bin. */
export function density(histogram: Histogram): { x: number; y: number }[] {
  const width = binWidth(histogram);
  const all = total(histogram);
  return histogram.counts.map((count, i) => ({
    x: histogram.low + (i + 0.5) * width,
    y: all > 0 ? count / all / width : 0,
  }));
}

/** Share of values at most x, at every bin edge. */
export function cumulative(histogram: Histogram): { x: number; y: number }[] {
  const width = binWidth(histogram);
  const all = total(histogram);
  let sum = histogram.below;
  return [
    { x: histogram.low, y: all > 0 ? sum / all : 0 },
    ...histogram.counts.map((count, i) => {
      sum += count;
      return { x: histogram.low + (i + 1) * width, y: all > 0 ? sum / all : 0 };
    }),
  ];
}

/**
 * The x below which a share of the values lies, linear within a bin.
 * @returns undefined if it lies outside the bins
 */
export function quantile(histogram: Histogram, share: number): number | undefined {
  const points = cumulative(histogram);
  const at = points.findIndex(({ y }) => y >= share);
  if (at < 0) return undefined;
  const right = points[at]!;
  if (at === 0) return right.y > share ? undefined : right.x;
  const left = points[at - 1]!;
  return left.x + ((share - left.y) / (right.y - left.y)) * (right.x - left.x);
}

/** The share of values within +-limit, by whole bins. */
export function massWithin(histogram: Histogram, limit: number): number {
  const width = binWidth(histogram);
  const inside = histogram.counts.reduce((sum, count, i) => {
    const centre = histogram.low + (i + 0.5) * width;
    return Math.abs(centre) <= limit ? sum + count : sum;
  }, 0);
  return inside / Math.max(1, total(histogram));
}
