import type { TrialResult } from '@bbb/core';
import type { Group } from '../data/groups.js';
import { errorValue, metricOf } from '../data/headline-metric.js';
import { errorAt, estimateOver, findPruning, prunersOf, sharesOf, type Network } from '../data/measure.js';
import { estimate, type Estimate } from '../stats/estimate.js';
import { formatEstimate, formatNumber, formatShare } from '../tables/format.js';

/** Of 100 sweeps of networks whose error is at the target, five pass. */
const CONFIDENCE = 0.95;

/** The sparsest network of a criterion that keeps its validation error below a target. */
export interface Sparsest extends Network {
  /** One-sided 95 % confidence bound of the mean validation error over the seeds. */
  readonly bound: number;
}

/**
 * The highest sparsity whose validation error stays below `target`: the upper end of a one-sided 95 % confidence interval over the
 * seeds does. The test set has no say in it. Undefined where none does, and with one seed, which says nothing of the spread.
 *
 * @param target as results have it: a fraction, or in the target's unit
 */
export function sparsestBelow(group: Group, pruner: string, target: number): Sparsest | undefined {
  return sharesOf([group])
    .toReversed()
    .flatMap((share): Sparsest[] => {
      const bound = upperBound(validationErrors(group, { pruner, share }));
      return bound !== undefined && bound < target ? [{ pruner, share, bound }] : [];
    })[0];
}

/** One sentence for each method and criterion. */
export function targetSentences(groups: readonly Group[], target: number | undefined): string[] {
  if (target === undefined) return [];
  return groups.flatMap((group) => prunersOf(group).map((pruner) => sentence(group, pruner, target)));
}

function sentence(group: Group, pruner: string, target: number): string {
  const metric = metricOf([group]);
  const shown = (value: number): string => `${formatNumber(value, metric.format)}${metric.unit}`;
  const who = `${group.name} pruned by ${pruner}`;
  const few = estimateOver(group, (result) => validationError(result, { pruner, share: 0 }));
  if (!few) return `${who}: no validation examples tell whether an error of ${shown(target)} is kept.`;
  if (few.n < 2)
    return `${who}: one seed can't tell at 95 % confidence whether an error of ${shown(target)} is kept.`;
  const found = sparsestBelow(group, pruner, target);
  if (!found)
    return `${who} keeps the validation error below ${shown(target)} at no sparsity, at 95 % confidence.`;
  const test = errorAt(group, found, metric);
  return `${who} keeps the validation error below ${shown(target)} up to ${formatShare(found.share)} removed (95 % confidence: below ${shown(found.bound)}); its test ${metric.error.name} there is ${test ? `${formatEstimate(test, metric.format)}${metric.unit}` : 'not measured'}.`;
}

function validationErrors(group: Group, network: Network): Estimate | undefined {
  // The two-sided interval at 90 % ends where the one-sided one at 95 % does.
  return estimate(
    group.results.flatMap((result) => validationError(result, network) ?? []),
    2 * CONFIDENCE - 1,
  );
}

function validationError(result: TrialResult, network: Network): number | undefined {
  const validation = findPruning(result, network)?.validation;
  return validation && errorValue(result, validation.error);
}

function upperBound(errors: Estimate | undefined): number | undefined {
  return errors?.high;
}
