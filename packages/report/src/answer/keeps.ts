import type { Group } from '../data/groups.js';
import { accuracyQuantity } from '../data/compare-groups.js';
import { sharesOf, valuesBySeed } from '../data/measure.js';
import { estimate, type Estimate } from '../stats/estimate.js';

/** A loss of accuracy that does not matter, as a fraction. */
export const TOLERANCE = 0.01;

/** What a group loses when a share is removed: dense minus pruned accuracy, paired by seed. */
export function lossAt(group: Group, share: number): Estimate | undefined {
  const dense = valuesBySeed(group, accuracyQuantity(group, 0));
  const pruned = valuesBySeed(group, accuracyQuantity(group, share));
  return estimate(
    [...pruned].flatMap(([seed, value]) => (dense.has(seed) ? [dense.get(seed)! - value] : [])),
  );
}

/**
 * The largest share up to which, at every share tested, the loss stays below `tolerance`: all of its 95 % interval, or,
 * with one seed, the loss itself. 0 if already the smallest share costs more.
 */
export function keepsUpTo(group: Group, tolerance: number = TOLERANCE): number {
  let kept = 0;
  for (const share of sharesOf([group]).filter((candidate) => candidate > 0)) {
    const loss = lossAt(group, share);
    if (!loss || (loss.high ?? loss.mean) >= tolerance) break;
    kept = share;
  }
  return kept;
}
