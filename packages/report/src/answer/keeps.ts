import type { Group } from '../data/groups.js';
import { gain, HEADLINE } from '../data/headline-metric.js';
import { denseOf, headlineOf, mainPruner, sharesOf, valuesBySeed } from '../data/measure.js';
import { estimate, type Estimate } from '../stats/estimate.js';
import { mayBeChance } from './near-chance.js';

/** What a group loses when a share is removed: how much better the dense network is, paired by seed. */
export function lossAt(group: Group, share: number): Estimate | undefined {
  const dense = valuesBySeed(group, headlineOf(denseOf(group)));
  const pruned = valuesBySeed(group, headlineOf({ pruner: mainPruner(group), share }));
  return estimate(
    [...pruned].flatMap(([seed, value]) => (dense.has(seed) ? [gain(dense.get(seed)!, value)] : [])),
  );
}

/**
 * The largest share up to which, at every share tested, the loss stays below `tolerance`: all of its 95 % interval, or,
 * with one seed, the loss itself. 0 if already the smallest share costs more; undefined for a group near chance, which has
 * nothing to lose.
 */
export function keepsUpTo(group: Group, tolerance: number = HEADLINE.tolerance.value): number | undefined {
  if (mayBeChance(group)) return undefined;
  let kept = 0;
  for (const share of sharesOf([group]).filter((candidate) => candidate > 0)) {
    const loss = lossAt(group, share);
    if (!loss || (loss.high ?? loss.mean) >= tolerance) break;
    kept = share;
  }
  return kept;
}
