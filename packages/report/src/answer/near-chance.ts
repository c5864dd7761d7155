import type { Group } from '../data/groups.js';
import { gain, HEADLINE } from '../data/headline-metric.js';
import { denseOf, estimateOver, headlineOf } from '../data/measure.js';

/** A loss that does not matter has to be a small part of what was learned: a tenth. */
const SMALL_PART = 10;
/** A network this far from chance to perfect has learned something, however little there was to learn. */
const SKILLED = 0.25;

/**
 * Whether a network is so near to one that always gives the same answer that a small loss means nothing.
 * @param learned how much better it is than `chance`
 */
export function nearChance(learned: number, chance: number): boolean {
  return (
    learned < SMALL_PART * HEADLINE.tolerance.value && learned < SKILLED * gain(HEADLINE.perfect, chance)
  );
}

/** Whether the dense networks of a group may be near chance on the test images: the lower end of their interval decides. */
export function mayBeChance(group: Group): boolean {
  const dense = headlineOf(denseOf(group));
  const learned = estimateOver(group, (result) => {
    const [value, chance] = [dense(result), HEADLINE.chance(result)];
    return value === undefined || chance === undefined ? undefined : gain(value, chance);
  });
  const chance = estimateOver(group, HEADLINE.chance);
  return learned !== undefined && nearChance(learned.low ?? learned.mean, chance!.mean);
}
