import { headlineOf, type SweepDataset, type TrialResult } from '@bbb/core';
import type { Headline } from './protocol.js';

/** What a result's errors are called, and their unit. */
export function headlineWords(result: Pick<TrialResult, 'headline'>): Headline {
  const { error, unit, factor } = headlineOf(result);
  return { error, unit, factor };
}

/** The same before there is a result, by what the data are. */
export function expectedHeadline(datasets: readonly SweepDataset[] = []): Headline {
  const target = datasets.find(({ role }) => role === 'main')?.summary?.target;
  return target?.kind === 'real' ? { error: 'error', unit: target.unit ?? '', factor: 1 } : headlineWords({});
}
