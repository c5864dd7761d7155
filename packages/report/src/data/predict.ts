import type { Group } from './groups.js';
import type { Predict } from './measure.js';
import { once } from './once.js';

/** The ways in which a group predicts. */
export const predictionsOf = once(({ results }: Group): readonly Predict[] => {
  const evaluations = results.flatMap(({ pruning }) => pruning.flatMap((row) => row.evaluations));
  return [...new Set(evaluations.map(({ predict }) => predict))];
});

/** Samples if a method has them, because a method with samples is meant to predict by them. */
export function bestPrediction(group: Group): Predict {
  return predictionsOf(group).includes('samples') ? 'samples' : 'mean';
}

/** A sentence on how the networks of these groups predict, for tables with one number for each network. */
export function predictsNote(groups: readonly Group[], subject = 'Every network predicts'): string {
  const without = groups.filter((group) => !predictionsOf(group).includes('mean')).map(({ name }) => name);
  if (without.length === 0) return `${subject} with its mean weights.`;
  const names = [...new Set(without)].join(', ');
  return without.length === groups.length
    ? `${subject} with its samples together: ${names} ${without.length === 1 ? 'has' : 'have'} no mean network.`
    : `${subject} with its mean weights; ${names}, which ${without.length === 1 ? 'has' : 'have'} none, with its samples together.`;
}
