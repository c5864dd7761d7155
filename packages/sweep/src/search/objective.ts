import { keptEpoch, type EpochMetrics } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';

/**
 * The loss that a search minimises, at the epoch whose weights the trial would keep. Undefined when there is no measurement.
 * @param epochs metrics of each epoch, in order
 * @param config the quantity that is minimised, and which epoch a trial keeps
 */
export function lossOf(
  epochs: readonly EpochMetrics[],
  { search, select }: Pick<SweepConfig, 'search' | 'select'>,
): number | undefined {
  return keptEpoch(epochs, select)?.[search?.objective ?? 'validationError'];
}
