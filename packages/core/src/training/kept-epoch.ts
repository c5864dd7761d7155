import type { EpochMetrics } from '../result/result.js';
import type { Trial } from '../trial/trial.js';

/**
 * The epoch whose weights a trial that got so far keeps and measures: the last one, or that of the lowest validation error
 * (the first, at a tie). Undefined when there is none: before the first epoch, and by `best` without validation.
 */
export function keptEpoch(
  epochs: readonly EpochMetrics[],
  select: Trial['select'],
): EpochMetrics | undefined {
  if (select === 'last') return epochs.at(-1);
  let best: EpochMetrics | undefined;
  for (const epoch of epochs) {
    if (epoch.validationError === undefined) continue;
    if (!best || epoch.validationError < best.validationError!) best = epoch;
  }
  return best;
}
