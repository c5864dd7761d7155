import type { ScaleOptions } from '@observablehq/plot';
import type { Group } from '../data/groups.js';

/** The sentence about bands that every figure with bands has. */
export const INTERVALS = 'Lines are means over seeds, bands their 95 % confidence intervals.';

/** "n = 5 seeds." or, honestly, that there is only one. */
export function seedsOf(groups: readonly Group[]): string {
  const counts = groups.map(({ results }) => results.length);
  const low = Math.min(...counts);
  const high = Math.max(...counts);
  if (high === 1) return 'One seed: no intervals.';
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

/** A horizontal axis with its label in the middle; without a label also without numbers, for a panel above another. */
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

/** Shares side by side, evenly spaced: the high ones are where it gets interesting. */
export function shareAxis(shares: readonly number[], label = 'weights set to zero (%)'): ScaleOptions {
  return xAxis(label, { type: 'point', domain: shares.map(shareLabel) });
}
