import type { Group } from '../data/groups.js';
import { chanceOf, gain, metricOf, type HeadlineMetric } from '../data/headline-metric.js';
import { denseOf, estimateOver, headlineAt } from '../data/measure.js';

/** The learned part must be at least this many times as large as a loss that does not matter. */
const SMALL_PART = 10;
/** A network has learned something if it has covered this fraction of the way from chance to perfect. */
const SKILLED = 0.25;

/**
 * Whether a network is so near to one that always gives the same answer that a small loss means nothing.
 * @param learned how much better the network is than `chance`
 * @param dense the value of the dense network, for a tolerance that is a fraction of it
 */
function nearChance(metric: HeadlineMetric, learned: number, chance: number, dense: number): boolean {
  const { tolerance, perfect } = metric;
  const unimportant = tolerance.value * (tolerance.part ? Math.abs(dense) : 1);
  return learned < SMALL_PART * unimportant && learned < SKILLED * gain(metric, perfect, chance);
}

/** Whether the dense networks of a group may be near chance on the test set: the lower end of their interval decides. */
export function mayBeChance(group: Group): boolean {
  const dense = headlineAt(denseOf(group));
  const metric = metricOf([group]);
  const learned = estimateOver(group, (result) => {
    const [value, chance] = [dense(result), chanceOf(result)];
    return value === undefined || chance === undefined ? undefined : gain(metric, value, chance);
  });
  if (learned === undefined) return false;
  const chance = estimateOver(group, chanceOf)!.mean;
  return nearChance(metric, learned.low ?? learned.mean, chance, estimateOver(group, dense)!.mean);
}
