const BARS = '▁▂▃▄▅▆▇█';

/** The last `width` values as bars from the lowest to the highest among them; equal values are all low. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width).filter(Number.isFinite);
  const low = Math.min(...shown);
  const range = Math.max(...shown) - low;
  return shown
    .map((value) => BARS[range > 0 ? Math.round(((value - low) / range) * (BARS.length - 1)) : 0]!)
    .join('');
}
