import type { ScaleOptions } from '@observablehq/plot';
import type { Group } from '../data/groups.js';
import { chanceOf, metricOf, named } from '../data/headline-metric.js';
import { estimateOver, headlineAt, prunersOf } from '../data/measure.js';
import { estimate } from '../stats/estimate.js';

/** The sentence about bands that every figure with bands has. */
export const INTERVALS = 'Lines are means over seeds, bands their 95 % confidence intervals.';

/** "n = 5 seeds.", or a sentence that says why there are no intervals. */
export function seedsOf(groups: readonly Group[]): string {
  const counts = groups.map(({ results }) => results.length);
  const low = Math.min(...counts);
  const high = Math.max(...counts);
  if (high === 1) return 'One seed: no intervals.';
  if (high === 2) return 'Two seeds, each a dot. The tables have their intervals, which are wide.';
  return `n = ${low === high ? low : `${low} to ${high}`} seeds.`;
}

/** A vertical axis in percent. */
export function percentAxis(label: string, domain?: readonly [number, number]): ScaleOptions {
  return {
    label,
    labelAnchor: 'top',
    labelArrow: 'none',
    grid: true,
    ...(domain ? { domain: [...domain], clamp: true } : {}),
  };
}

/** A vertical axis of the headline: 0 to 100 %, or 0 to the largest value, cut off at {@link BEYOND_CHANCE} times the chance level. */
export function headlineAxis(groups: readonly Group[], shares: readonly number[]): ScaleOptions {
  const { name, unit, factor } = metricOf(groups);
  const label = named(name, unit);
  if (factor === 100) return percentAxis(label, [0, 100]);
  const values = groups.flatMap((group) =>
    shares.flatMap((share) =>
      prunersOf(group).flatMap((pruner) => {
        const found = estimateOver(group, headlineAt({ pruner, share }));
        return found ? [found.mean, found.high ?? found.mean] : [];
      }),
    ),
  );
  const chance = chanceLevel(groups);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values, chance ?? 0)];
  const most = chance === undefined || chance <= 0 ? high : Math.min(high, BEYOND_CHANCE * chance);
  return { ...percentAxis(label, [low, most > low ? most * 1.04 : low + 1]), nice: false };
}

/** Axes end at this multiple of the chance level. */
const BEYOND_CHANCE = 2.5;

/** The chance level in the shown unit: the headline of a network that always gives the same answer. Undefined where the results lack it. */
export function chanceLevel(groups: readonly Group[]): number | undefined {
  const { factor } = metricOf(groups);
  const values = groups.flatMap(({ results }) => results.flatMap((result) => chanceOf(result) ?? []));
  const mean = estimate(values)?.mean;
  return mean === undefined ? undefined : mean * factor;
}

/** A horizontal axis with its label in the middle. With `null` as label it has no numbers either: the panel below shows them. */
export function xAxis(label: string | null, options: ScaleOptions = {}): ScaleOptions {
  return {
    label,
    labelAnchor: 'center',
    labelArrow: 'none',
    ...(label === null ? { tickFormat: () => '' } : {}),
    ...options,
  };
}

/** A share as the name of a place on an axis of evenly spaced shares. */
export function shareLabel(share: number): string {
  return String(Number((share * 100).toFixed(4)));
}

/** Evenly spaced shares: on a linear axis the high ones, where methods differ, would be too close to each other. */
export function shareAxis(shares: readonly number[], label = 'weights set to zero (%)'): ScaleOptions {
  return xAxis(label, { type: 'point', domain: shares.map(shareLabel) });
}
