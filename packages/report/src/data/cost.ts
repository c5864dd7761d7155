import type { TrialResult } from '@bbb/core';
import type { Group } from './groups.js';
import { errorValue, metricOf } from './headline-metric.js';

/** The epoch in which a validation error was first reached. */
export interface Reached {
  readonly epochs: number;
  /** Training time up to the end of that epoch. */
  readonly seconds: number;
}

/** Seconds of training per epoch. The median is used so that one disturbed epoch does not count. */
export function secondsPerEpoch({ epochs }: TrialResult): number | undefined {
  const sorted = epochs.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return undefined;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Whether all results are below a tenth of a unit, so that one or two decimals would show little of them, or nothing. */
export function areSmall(groups: readonly Group[], of: (result: TrialResult) => number | undefined): boolean {
  return groups.every(({ results }) => results.every((result) => (of(result) ?? 0) < 0.1));
}

/** Training time after each epoch, seconds. */
export function elapsed({ epochs }: TrialResult): number[] {
  let sum = 0;
  return epochs.map(({ seconds }) => (sum += seconds));
}

/** The first epoch with a validation error of at most `target`, as it is shown; undefined if there is none. */
export function timeTo(result: TrialResult, target: number): Reached | undefined {
  const at = result.epochs.findIndex(
    ({ validationError }) => errorValue(result, validationError ?? Infinity) <= target,
  );
  return at < 0 ? undefined : { epochs: result.epochs[at]!.epoch, seconds: elapsed(result)[at]! };
}

/** The epoch of the lowest validation error. */
export function timeToBest(result: TrialResult): Reached | undefined {
  const at = result.epochs.findIndex(({ epoch }) => epoch === result.bestEpoch);
  return at < 0 ? undefined : { epochs: result.epochs[at]!.epoch, seconds: elapsed(result)[at]! };
}

/** Round errors as fractions. */
const LADDER = [
  0.3, 0.2, 0.15, 0.12, 0.1, 0.08, 0.06, 0.05, 0.04, 0.03, 0.025, 0.02, 0.018, 0.016, 0.014, 0.012, 0.01,
];

/**
 * Errors at which cost is measured: the lowest of a fixed ladder that every trial reached, and the lowest that every trial of
 * at least two methods reached. Empty without validation images.
 */
export function targetErrors(groups: readonly Group[]): number[] {
  if (groups.length === 0) return [];
  const reachedBy = (target: number): number =>
    groups.filter(({ results }) => results.every((result) => timeTo(result, target))).length;
  const ladder = metricOf(groups).factor === 100 ? LADDER : roundErrors(groups);
  const lowest = (enough: number): number | undefined =>
    ladder.findLast((target) => reachedBy(target) >= enough);
  const targets = [lowest(groups.length), lowest(Math.min(2, groups.length))];
  return [...new Set(targets)].filter((target) => target !== undefined);
}

const STEPS = [
  9, 8, 7, 6, 5, 4.5, 4, 3.5, 3, 2.8, 2.6, 2.4, 2.2, 2, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1,
];

/** Round numbers in the target's own unit, from the largest validation error of the trials down to the smallest. */
function roundErrors(groups: readonly Group[]): number[] {
  const errors = groups
    .flatMap(({ results }) => results)
    .flatMap((result) =>
      result.epochs.flatMap(({ validationError }) =>
        validationError === undefined ? [] : errorValue(result, validationError),
      ),
    )
    .filter((error) => error > 0);
  if (errors.length === 0) return [];
  const low = errors.reduce((a, b) => Math.min(a, b));
  const high = errors.reduce((a, b) => Math.max(a, b));
  const [first, last] = [high, low].map((error) => Math.floor(Math.log10(error))) as [number, number];
  return Array.from({ length: first - last + 1 }, (_, i) => first - i).flatMap((power) =>
    STEPS.map((step) => Number(`${step}e${power}`)).filter((error) => error >= low && error <= high),
  );
}
