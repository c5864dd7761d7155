import type { EpochMetrics } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';

/**
 * What a search minimises, of a trial that got so far: at its last epoch, or at its best where weights are selected so.
 * Undefined when nothing was measured.
 */
export function lossOf(
  epochs: readonly EpochMetrics[],
  { search, select }: Pick<SweepConfig, 'search' | 'select'>,
): number | undefined {
  const values = epochs.flatMap((metrics) => metrics[search?.objective ?? 'validationError'] ?? []);
  return select === 'best' && values.length > 0 ? Math.min(...values) : values.at(-1);
}
