import type { Group } from './groups.js';
import type { Predict } from './measure.js';
import { once } from './once.js';

/** The ways a group predicts. */
export const predictionsOf = once(({ results }: Group): readonly Predict[] => {
  const evaluations = results.flatMap(({ pruning }) => pruning.flatMap((row) => row.evaluations));
  return [...new Set(evaluations.map(({ predict }) => predict))];
});

/** Samples where a method has them: that is what they are for. */
export function bestPrediction(group: Group): Predict {
  return predictionsOf(group).includes('samples') ? 'samples' : 'mean';
}
