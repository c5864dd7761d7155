import type { Group } from '../data/groups.js';
import { lossOf, metricOf } from '../data/headline-metric.js';
import { denseOf, headlineAt, mainPruner, sharesOf, valuesBySeed } from '../data/measure.js';
import { estimate, type Estimate } from '../stats/estimate.js';
import { mayBeChance } from './near-chance.js';

/**
 * How much the metric of a group worsens at a sparsity: the difference to the dense network, paired by seed. For a metric with a unit, the
 * difference as a fraction of the dense network's value.
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
 * The largest sparsity such that the difference stays below `tolerance` at it and at every smaller sparsity that was measured. With several
 * seeds, the whole 95 % interval must stay below; with one seed, the difference itself. 0 if the smallest sparsity exceeds the tolerance;
 * undefined for a group near chance, which can't get worse.
 */
export function keepsUpTo(
  group: Group,
  tolerance: number = metricOf([group]).tolerance.value,
): number | undefined {
  if (mayBeChance(group)) return undefined;
  let kept = 0;
  for (const share of sharesOf([group]).filter((candidate) => candidate > 0)) {
    const loss = lossAt(group, share);
    // A network whose metric is not finite counts as the largest possible difference.
    if (!loss || !((loss.high ?? loss.mean) < tolerance)) break;
    kept = share;
  }
  return kept;
}
