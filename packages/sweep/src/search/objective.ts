import { keptEpoch, type EpochMetrics } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';

/**
 * What a search minimises, of a trial that got so far: of the weights that it would keep. Undefined when nothing was
 * measured.
 */
export function lossOf(
  epochs: readonly EpochMetrics[],
  { search, select }: Pick<SweepConfig, 'search' | 'select'>,
): number | undefined {
  return keptEpoch(epochs, select)?.[search?.objective ?? 'validationError'];
}
