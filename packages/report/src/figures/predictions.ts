import type { RegressionExample, TrialResult } from '@bbb/core';
import type { Group, Setting } from '../data/groups.js';
import { named } from '../data/headline-metric.js';
import { shorten } from './names.js';

/** Single predictions of a regression by one seed, the first that has them. */
export interface Predicted {
  readonly group: Group;
  readonly seed: number;
  readonly examples: readonly RegressionExample[];
}

/** The predictions of every group that kept single ones. */
export function predictedOf({ groups }: Setting): Predicted[] {
  return groups.flatMap((group): Predicted[] => {
    const result = group.results.find(({ predictions = [] }) => predictions.length > 0);
    return result ? [{ group, seed: result.trial.seed, examples: result.predictions! }] : [];
  });
}

export function extentOf(values: readonly number[]): [number, number] {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

const LONGEST = 40;

/** The target for an axis: "price (EUR)", "target". */
export function targetLabel({ target }: TrialResult): string {
  if (target?.kind !== 'real') return 'target';
  return named(shorten(target.name ?? 'target', LONGEST), shorten(target.unit ?? '', LONGEST));
}

/** The seeds that are shown: "seed 0" or "seeds 0, 1". */
export function seedsText(shown: readonly Predicted[]): string {
  const seeds = [...new Set(shown.map(({ seed }) => seed))];
  return `seed${seeds.length === 1 ? '' : 's'} ${seeds.join(', ')}`;
}
