import type { SweepData, TrialResult } from '@bbb/core';
import { settingsOf, type Group } from '../data/groups.js';
import { errorValue, metricOf } from '../data/headline-metric.js';
import { errorAt, estimateOver, findPruning, prunersOf, sharesOf, type Network } from '../data/measure.js';
import { estimate } from '../stats/estimate.js';
import { formatEstimate, formatNumber, formatShare } from '../tables/format.js';

/** Confidence of the bound: of 100 sweeps whose networks have exactly the target as their error, five pass. */
const CONFIDENCE = 0.95;

/** The sparsest network of a criterion that keeps its validation error below a target. */
export interface Sparsest extends Network {
  /** One-sided 95 % confidence bound of the mean validation error over the seeds. */
  readonly bound: number;
}

/**
 * The highest sparsity whose validation error stays below `target`, which means that the upper end of its one-sided 95 % confidence
 * interval over the seeds does. The test set does not influence it. Undefined if no sparsity passes, and with one seed, which has no spread.
 *
 * @param target as results store it: a fraction, or in the target's unit
 */
export function sparsestBelow(group: Group, pruner: string, target: number): Sparsest | undefined {
  return sharesOf([group])
    .toReversed()
    .flatMap((share): Sparsest[] => {
      const bound = errorBound(validationErrors(group, { pruner, share }));
      return bound !== undefined && bound < target ? [{ pruner, share, bound }] : [];
    })[0];
}

/** The interval that contains the highest sparsity below a target. */
export interface Bracket {
  /** Finished trials, one for each seed. */
  readonly trials: readonly string[];
  readonly pruner: string;
  /** The lower end: a measured sparsity whose error is below the target. */
  readonly from: number;
  /** The upper end: a measured sparsity whose error is not below the target. 1 if nothing sparser was measured. */
  readonly to: number;
}

/** The sparsest network found within a {@link Bracket}. */
export interface Refined extends Sparsest {
  readonly trials: readonly string[];
  /** Test error of each trial, as results store it. */
  readonly testErrors: readonly number[];
}

/**
 * The brackets of all methods and criteria whose validation error is below the target at some sparsity.
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

/** One sentence for each method and criterion. @param refined refined sparsities, between those of the sweep */
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
