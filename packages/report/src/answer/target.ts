import type { SweepData, TrialResult } from '@bbb/core';
import { settingsOf, type Group } from '../data/groups.js';
import { errorValue, metricOf } from '../data/headline-metric.js';
import { errorAt, estimateOver, findPruning, prunersOf, sharesOf, type Network } from '../data/measure.js';
import { estimate } from '../stats/estimate.js';
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
      const bound = errorBound(validationErrors(group, { pruner, share }));
      return bound !== undefined && bound < target ? [{ pruner, share, bound }] : [];
    })[0];
}

/** Where the highest sparsity below a target lies: above one that was measured, below the next. */
export interface Bracket {
  /** Finished trials, one for each seed. */
  readonly trials: readonly string[];
  readonly pruner: string;
  /** Measured, and below the target. */
  readonly from: number;
  /** Measured, and not below; 1 where nothing sparser was measured. */
  readonly to: number;
}

/** What was found within a {@link Bracket}. */
export interface Refined extends Sparsest {
  readonly trials: readonly string[];
  /** Of each trial, as results have it. */
  readonly testErrors: readonly number[];
}

/**
 * Of each method and criterion that keeps its validation error below the target somewhere.
 * @param data a sweep, as `readSweep` gives it
 * @param target largest validation error, as a fraction or in the unit of the target
 */
export function targetBrackets(data: SweepData, target: number): Bracket[] {
  return settingsOf(data)
    .flatMap(({ groups }) => groups)
    .flatMap((group) =>
      prunersOf(group).flatMap((pruner): Bracket[] => {
        const found = sparsestBelow(group, pruner, target);
        if (!found) return [];
        const to = sharesOf([group]).find((share) => share > found.share) ?? 1;
        return found.share < to
          ? [{ trials: group.results.map(({ id }) => id), pruner, from: found.share, to }]
          : [];
      }),
    );
}

/**
 * One-sided 95 % confidence bound of the mean of errors over seeds; undefined for one seed.
 * @param errors one for each seed
 */
export function errorBound(errors: readonly number[]): number | undefined {
  // The two-sided interval at 90 % ends where the one-sided one at 95 % does.
  return estimate(errors, 2 * CONFIDENCE - 1)?.high;
}

/** One sentence for each method and criterion. @param refined what was found between the sparsities of the sweep */
export function targetSentences(
  groups: readonly Group[],
  target: number | undefined,
  refined: readonly Refined[] = [],
): string[] {
  if (target === undefined) return [];
  return groups.flatMap((group) =>
    prunersOf(group).map((pruner) => {
      const own = refined.find((one) => one.pruner === pruner && one.trials.includes(group.results[0]!.id));
      return sentence(group, pruner, target, own);
    }),
  );
}

function sentence(group: Group, pruner: string, target: number, refined: Refined | undefined): string {
  const metric = metricOf([group]);
  const shown = (value: number): string => `${formatNumber(value, metric.format)}${metric.unit}`;
  const who = `${group.name} pruned by ${pruner}`;
  const few = estimateOver(group, (result) => validationError(result, { pruner, share: 0 }));
  if (!few) return `${who}: no validation examples tell whether an error of ${shown(target)} is kept.`;
  if (few.n < 2)
    return `${who}: one seed can't tell at 95 % confidence whether an error of ${shown(target)} is kept.`;
  const measured = sparsestBelow(group, pruner, target);
  if (!measured)
    return `${who} keeps the validation error below ${shown(target)} at no sparsity, at 95 % confidence.`;
  const found = refined ?? measured;
  const test = refined ? estimate(refined.testErrors) : errorAt(group, found, metric);
  const among = refined
    ? 'found between the sparsities of the sweep'
    : 'of the sparsities that were measured';
  const until = found.share === 0 ? 'while nothing is removed' : `up to ${formatShare(found.share)} removed`;
  return `${who} keeps the validation error below ${shown(target)} ${until} (${among}; 95 % confidence: below ${shown(found.bound)}); its test ${metric.error.name} there is ${test ? `${formatEstimate(test, metric.format)}${metric.unit}` : 'not measured'}.`;
}

function validationErrors(group: Group, network: Network): number[] {
  return group.results.flatMap((result) => validationError(result, network) ?? []);
}

function validationError(result: TrialResult, network: Network): number | undefined {
  const validation = findPruning(result, network)?.validation;
  return validation && errorValue(result, validation.error);
}
