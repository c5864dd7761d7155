import { metricOf } from '../data/headline-metric.js';
import type { Group } from '../data/groups.js';
import { sharesOf } from '../data/measure.js';
import { formatShare } from '../tables/format.js';
import { keepsUpTo } from './keeps.js';
import { list } from './words.js';

/** The largest share at which each method loses less than the tolerance. Empty if no pruned network was measured. */
export function pruningLimits(groups: readonly Group[]): string[] {
  if (sharesOf(groups).every((share) => share === 0)) return [];
  const single = ({ results }: Group): boolean => results.length === 1;
  const certain = !groups.every(single);
  const limits = groups.map((group) => ({ group, share: keepsUpTo(group) }));
  const known = limits
    .flatMap(({ group, share }) => (share === undefined ? [] : [{ group, share }]))
    .toSorted((a, b) => b.share - a.share)
    .map(
      ({ group, share }) =>
        `${group.name} ${share === 0 ? 'at no sparsity tested' : `up to ${formatShare(share)}`}` +
        (certain && single(group) ? ' (one seed, so without that confidence)' : ''),
    );
  const metric = metricOf(groups);
  const chance = limits.filter(({ share }) => share === undefined).map(({ group }) => group.name);
  const confidence = certain ? ', with 95 % confidence for each method by itself' : '';
  return [
    ...(known.length > 0
      ? [
          `Pruning costs less than ${metric.tolerance.name} of a method's own dense ${metric.name}${confidence}: ${list(known)}.${trainedOn(groups)}`,
        ]
      : []),
    ...(chance.length > 0
      ? [
          `${list(chance)}: too near to ${metric.chanceName} without pruning, or too uncertain, to tell what pruning costs.`,
        ]
      : []),
  ];
}

/** Warns if only the pruned networks were trained further: comparing them with their dense ones is then not fair. */
function trainedOn(groups: readonly Group[]): string {
  const tuned = groups.filter(({ results }) => results[0]!.trial.pruning.finetuneEpochs > 0);
  if (tuned.length === 0) return '';
  const epochs = [...new Set(tuned.map(({ results }) => results[0]!.trial.pruning.finetuneEpochs))];
  const of = tuned.length < groups.length ? ` of ${list(tuned.map(({ name }) => name))}` : '';
  const more = `${list(epochs.map(String), 'or')} more epoch${epochs.join() === '1' ? '' : 's'}`;
  return ` The pruned networks${of} were trained on for ${more}, the dense ones were not: that hides some of what pruning costs.`;
}
