import type { EpochMetrics } from '../result/result.js';
import type { Trial } from '../trial/trial.js';

/**
 * The epoch whose weights a trial keeps and measures after these epochs: the last one, or the one with the lowest validation error (the first
 * one at a tie). Undefined if there is none: before the first epoch, or for `best` without validation examples.
 * @param epochs metrics of each epoch, in order
 * @param select `last` or `best`
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
