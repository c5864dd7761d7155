import { formatShare } from '../tables/format.js';
import type { Group } from './groups.js';

/** Most kinds of warnings that are listed. */
const MOST = 5;

/**
 * What pruning did that users may not expect, e.g. a layer that lost all its weights. Each kind is named once, with the first network that had it and
 * the number of others.
 */
export function pruningWarnings(groups: readonly Group[]): string[] {
  const found = new Map<string, { readonly first: string; others: number }>();
  for (const { name, results } of groups)
    for (const { pruning, trial } of results)
      for (const { pruner, share, warnings = [] } of pruning)
        for (const warning of warnings) {
          const known = found.get(warning);
          if (known) known.others++;
          else
            found.set(warning, {
              first: `${name}, ${pruner}, ${formatShare(share)}, seed ${trial.seed}`,
              others: 0,
            });
        }
  return [...found]
    .slice(0, MOST)
    .map(([warning, { first, others }]) => `${first}${othersText(others)}: ${warning}`);
}

function othersText(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ' (and one more network)' : ` (and ${count} more networks)`;
}
