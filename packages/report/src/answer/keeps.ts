import type { Group } from '../data/groups.js';
import { lossOf, metricOf } from '../data/headline-metric.js';
import { denseOf, headlineAt, mainPruner, sharesOf, valuesBySeed } from '../data/measure.js';
import { estimate, type Estimate } from '../stats/estimate.js';
import { mayBeChance } from './near-chance.js';

/**
 * The loss of a group when a share is removed: how much better the dense network is, paired by seed. For a metric in a unit, it is a
 * fraction of the dense network's value.
 */
function lossAt(group: Group, share: number): Estimate | undefined {
  const dense = valuesBySeed(group, headlineAt(denseOf(group)));
  const pruned = valuesBySeed(group, headlineAt({ pruner: mainPruner(group), share }));
  const metric = metricOf([group]);
  return estimate(
    [...pruned].flatMap(([seed, value]) =>
      dense.has(seed) ? [lossOf(metric, dense.get(seed)!, value)] : [],
    ),
  );
}

/**
 * The largest sparsity up to which, at every sparsity tested, the loss stays below `tolerance`: all of its 95 % interval, or,
 * with one seed, the loss itself. 0 if already the smallest share costs more; undefined for a group near chance, which has
 * nothing to lose.
 */
export function keepsUpTo(
  group: Group,
  tolerance: number = metricOf([group]).tolerance.value,
): number | undefined {
  if (mayBeChance(group)) return undefined;
  let kept = 0;
  for (const share of sharesOf([group]).filter((candidate) => candidate > 0)) {
    const loss = lossAt(group, share);
    // A network without a number counts as a loss of everything.
    if (!loss || !((loss.high ?? loss.mean) < tolerance)) break;
    kept = share;
  }
  return kept;
}
