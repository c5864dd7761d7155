import type { Plan } from '@bbb/sweep';

/**
 * Says that a search has not begun to learn: "6 of 10 start-up trials: still random".
 * @param configurations number of configurations that have finished, or that there will be
 * @returns undefined if the sampler has begun to learn, or if it never learns
 */
export function startupText(search: Plan['search'] | undefined, configurations: number): string | undefined {
  if (!search || configurations > search.startup || search.startup === 0) return undefined;
  return `${configurations} of ${search.startup} start-up trials: still random. The sampler learns from the results when ${search.startup} configurations have finished.`;
}
