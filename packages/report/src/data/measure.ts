import {
  mainEvaluation,
  prunerLabel,
  type Evaluation,
  type PruningResult,
  type TrialResult,
} from '@bbb/core';
import { estimate, type Estimate } from '../stats/estimate.js';
import type { BySeed } from '../stats/paired.js';
import type { Group } from './groups.js';
import { testValue, type HeadlineMetric } from './headline-metric.js';
import { once } from './once.js';

/** The network of a trial that a number belongs to. */
export interface Network {
  readonly pruner: string;
  readonly share: number;
}

export type Predict = Evaluation['predict'];

/** The criterion that a group's trials were pruned by in the main tables: their first. */
export function mainPruner({ results }: Group): string {
  const [first] = results[0]!.trial.pruning.pruners;
  return first ? prunerLabel(first) : (results[0]!.pruning[0]?.pruner ?? '');
}

/** Whether a network was pruned to a share of the sweep's list. Others have a share of their own in every trial. */
function isPlanned({ suggested, layerShares }: PruningResult): boolean {
  return !suggested && !layerShares;
}

/** Shares asked for and measured in any trial of the groups, ascending. */
export const sharesOf = once((groups: readonly Group[]): readonly number[] => {
  const shares = groups.flatMap(({ results }) =>
    results.flatMap(({ pruning }) => pruning.filter(isPlanned).map(({ share }) => share)),
  );
  return [...new Set(shares)].toSorted((a, b) => a - b);
});

/** Criteria measured in any trial of a group, in the order of its trials. */
export function prunersOf({ results }: Group): string[] {
  return [...new Set(results.flatMap(({ pruning }) => pruning.map(({ pruner }) => pruner)))];
}

/** Networks by criterion and share, because every number of a report is looked up by these. */
const networksOf = once(({ pruning }: TrialResult) => {
  const networks = new Map<string, Map<number, PruningResult>>();
  for (const row of pruning.filter(isPlanned)) {
    const own = networks.get(row.pruner) ?? new Map<number, PruningResult>();
    networks.set(row.pruner, own);
    // If there are two, the first counts.
    if (!own.has(row.share)) own.set(row.share, row);
  }
  return networks;
});

export function findPruning(result: TrialResult, { pruner, share }: Network): PruningResult | undefined {
  return networksOf(result).get(pruner)?.get(share);
}

/** @param predict default: by mean weights, or by samples for a network without mean weights */
export function findEvaluation(
  result: TrialResult,
  network: Network,
  predict?: Predict,
): Evaluation | undefined {
  const row = findPruning(result, network);
  if (!row) return undefined;
  return predict ? row.evaluations.find((evaluation) => evaluation.predict === predict) : mainEvaluation(row);
}

/** The dense network, measured once and listed under every criterion. */
export function denseOf(group: Group): Network {
  return { pruner: mainPruner(group), share: 0 };
}

/** Whether the weights have a Gaussian posterior, not values (and masks) alone. */
export function hasSigma({ results }: Group): boolean {
  return results.some(({ snr }) => snr !== undefined);
}

/** A quantity over seeds, without the trials that lack it. */
export function valuesBySeed(group: Group, value: (result: TrialResult) => number | undefined): BySeed {
  return new Map(
    group.results.flatMap((result) => {
      const measured = value(result);
      return measured === undefined ? [] : [[result.trial.seed, measured] as const];
    }),
  );
}

export function estimateOver(
  group: Group,
  value: (result: TrialResult) => number | undefined,
): Estimate | undefined {
  return estimate([...valuesBySeed(group, value).values()]);
}

/** The headline metric of one network on the test set, by the mean weights, or by samples for a network without mean weights. */
export function headlineAt(network: Network) {
  return (result: TrialResult): number | undefined => {
    const evaluation = findEvaluation(result, network);
    return evaluation && testValue(result, evaluation);
  };
}

/** The headline of a group's dense networks as an error. */
export function denseError(group: Group, { error }: HeadlineMetric): Estimate | undefined {
  return errorAt(group, denseOf(group), { error });
}

/** The headline of one network of each seed as an error: less is better. */
export function errorAt(
  group: Group,
  network: Network,
  { error }: Pick<HeadlineMetric, 'error'>,
): Estimate | undefined {
  const value = headlineAt(network);
  return estimateOver(group, (result) => {
    const found = value(result);
    return found === undefined ? undefined : error.of(found);
  });
}

/** The word for examples: images, unless inputs are rows of numbers. */
export function exampleNoun(groups: readonly Group[]): 'image' | 'example' {
  const { inputShape } = groups[0]?.results[0] ?? {};
  return inputShape && inputShape.length !== 3 ? 'example' : 'image';
}
