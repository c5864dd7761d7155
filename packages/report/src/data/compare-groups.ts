import type { TrialResult } from '@bbb/core';
import type { Group } from './groups.js';
import { headlineAt, mainPruner, sharesOf, valuesBySeed } from './measure.js';
import { holmByFamily, pairedDifference, type PairedDifference } from '../stats/paired.js';

/** Level at which an adjusted p-value counts as a difference. */
export const LEVEL = 0.05;

/** One comparison of two methods at one sparsity. */
export interface Comparison extends PairedDifference {
  readonly a: Group;
  readonly b: Group;
  readonly share: number;
  /** p after Holm's adjustment over the comparisons at the same share; absent where `p` is. */
  readonly adjusted?: number;
  /** Tests that `adjusted` corrects for. */
  readonly tests: number;
}

/** A quantity of a group's trials, e.g. the accuracy of the network pruned by the group's own criterion. */
export type Quantity = (group: Group, share: number) => (result: TrialResult) => number | undefined;

/** The headline metric on the test set by mean weights, pruned by the group's own criterion. */
export const headlineQuantity: Quantity = (group, share) => headlineAt({ pruner: mainPruner(group), share });

/**
 * Every pair of groups at every sparsity, paired by seed. The pairs at one sparsity are one family: the chance that any of its small
 * adjusted p-values is a false alarm is at most the level they are compared with. Shares are families of their own: the same
 * networks at neighbouring shares give nearly the same results, and one family over all shares would hide clear differences.
 *
 * @param groups the seeds of each configuration
 * @param quantity default `headlineQuantity`
 * @param shares default: all that were measured
 */
export function compareGroups(
  groups: readonly Group[],
  quantity: Quantity = headlineQuantity,
  shares: readonly number[] = sharesOf(groups),
): Comparison[] {
  const pairs = groups.flatMap((a, i) => groups.slice(i + 1).map((b) => ({ a, b })));
  const compared = shares.flatMap((share) =>
    pairs.flatMap(({ a, b }) => {
      const of = (group: Group) => valuesBySeed(group, quantity(group, share));
      const difference = pairedDifference(of(a), of(b));
      return difference ? [{ a, b, share, ...difference }] : [];
    }),
  );
  return holmByFamily(compared, ({ share }) => share);
}
