import type { TrialResult } from '@bbb/core';
import type { Group } from './groups.js';
import { accuracyOf, mainPruner, sharesOf, valuesBySeed } from './measure.js';
import { holm, pairedDifference, type PairedDifference } from '../stats/paired.js';

/** Level at which an adjusted p-value counts as a difference. */
export const LEVEL = 0.05;

/** One comparison of two methods at one pruned share. */
export interface Comparison extends PairedDifference {
  readonly a: Group;
  readonly b: Group;
  readonly share: number;
  /** p after Holm's adjustment over the whole family; absent where `p` is. */
  readonly adjusted?: number;
}

/** A quantity of a group's trials, e.g. the accuracy of the network pruned by the group's own criterion. */
export type Quantity = (group: Group, share: number) => (result: TrialResult) => number | undefined;

/** Test accuracy by mean weights, pruned by the group's own criterion. */
export const accuracyQuantity: Quantity = (group, share) => accuracyOf({ pruner: mainPruner(group), share });

/**
 * Every pair of groups at every share, paired by seed, as one family: the chance that any of its small adjusted p-values
 * is a false alarm is at most the level they are compared with.
 * @param quantity default `accuracyQuantity`
 * @param shares default: all that were measured
 */
export function compareGroups(
  groups: readonly Group[],
  quantity: Quantity = accuracyQuantity,
  shares: readonly number[] = sharesOf(groups),
): Comparison[] {
  const pairs = groups.flatMap((a, i) => groups.slice(i + 1).map((b) => ({ a, b })));
  const compared = shares.flatMap((share) =>
    pairs.flatMap(({ a, b }): Comparison[] => {
      const of = (group: Group) => valuesBySeed(group, quantity(group, share));
      const difference = pairedDifference(of(a), of(b));
      return difference ? [{ a, b, share, ...difference }] : [];
    }),
  );
  const tested = compared.filter(({ p }) => p !== undefined);
  const adjusted = new Map(holm(tested.map(({ p }) => p!)).map((p, i) => [tested[i]!, p]));
  return compared.map((comparison) => {
    const p = adjusted.get(comparison);
    return p === undefined ? comparison : { ...comparison, adjusted: p };
  });
}

/** What the seeds say of `a` and `b` at a share: which is larger, or that they do not decide. */
export function verdict(
  comparisons: readonly Comparison[],
  a: Group,
  b: Group,
  share: number,
): 'larger' | 'smaller' | 'undecided' {
  const found = comparisons.find(
    (c) => c.share === share && ((c.a === a && c.b === b) || (c.a === b && c.b === a)),
  );
  if (!found || found.adjusted === undefined || found.adjusted >= LEVEL) return 'undecided';
  return found.difference.mean > 0 === (found.a === a) ? 'larger' : 'smaller';
}
