import { headlineOf, type SweepDataset, type TrialResult } from '@bbb/core';
import type { Headline } from './protocol.js';

/** The name of a result's errors, and their unit. */
export function headlineWords(result: Pick<TrialResult, 'headline'>): Headline {
  const { error, unit, factor } = headlineOf(result);
  return { error, unit, factor };
}

/** The expected name and unit before there is a result, from the kind of the data's target. */
export function expectedHeadline(datasets: readonly SweepDataset[] = []): Headline {
  const target = datasets.find(({ role }) => role === 'main')?.summary?.target;
  return target?.kind === 'real' ? { error: 'error', unit: target.unit ?? '', factor: 1 } : headlineWords({});
}
