import type { Group } from './groups.js';
import { accuracyOf, mainPruner, sharesOf, valuesBySeed } from './measure.js';
import { holm, pairedDifference, type PairedDifference } from '../stats/paired.js';

/** One comparison of two methods at one pruned share. */
export interface Comparison extends PairedDifference {
  readonly a: Group;
  readonly b: Group;
  readonly share: number;
  /** p after Holm's adjustment over the whole family; absent where `p` is. */
  readonly adjusted?: number;
}

/**
 * Accuracy of every pair of groups at every share, paired by seed, as one family: the chance that any of its small
 * adjusted p-values is a false alarm is at most the level they are compared with. Each group is pruned by its own main
 * criterion.
 */
export function compareGroups(groups: readonly Group[]): Comparison[] {
  const pairs = groups.flatMap((a, i) => groups.slice(i + 1).map((b) => ({ a, b })));
  const compared = sharesOf(groups).flatMap((share) =>
    pairs.flatMap(({ a, b }): Comparison[] => {
      const of = (group: Group) => valuesBySeed(group, accuracyOf({ pruner: mainPruner(group), share }));
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
