import type { Histogram } from '../result/evaluation.js';
import { binFromBelow, edgesOf } from './bins.js';

/** Equal bins over [low, high]; the last one is closed. */
export function histogram(
  values: Iterable<number>,
  { low, high, bins }: { readonly low: number; readonly high: number; readonly bins: number },
): Histogram {
  const edges = edgesOf(low, high, bins);
  const counts = Array.from({ length: bins }, () => 0);
  let below = 0;
  let above = 0;
  for (const value of values) {
    if (value < low) below++;
    else if (value > high) above++;
    else counts[binFromBelow(value, edges)]!++;
  }
  return { low, high, counts, below, above };
}
