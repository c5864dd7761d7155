import { BbbError } from '../../errors.js';
import type { WeightPosterior } from '../../model/model.js';
import { inWords } from './words.js';

/**
 * What a pruner gave for a tensor, if it is a Float32Array with a finite number for each weight. Infinity is refused too: an
 * overflow would tie weights that differ, and the built-in criteria give the largest float32 to what is worth most.
 *
 * @throws BbbError `E_PRUNER_SHAPE` for another thing or another length, `E_PRUNE_SCORE` for a number that is not finite
 */
export function checkedScores(pruner: string, { name, mu }: WeightPosterior, scores: unknown): Float32Array {
  if (!(scores instanceof Float32Array) || scores.length !== mu.length) {
    throw new BbbError(
      'E_PRUNER_SHAPE',
      `The pruner "${pruner}" gave ${inWords(scores)} as scores of the ${mu.length} weights of "${name}".`,
      { hint: 'score() returns a Float32Array, at once, with one score for each element of weights.mu.' },
    );
  }
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad < 0) return scores;
  throw new BbbError(
    'E_PRUNE_SCORE',
    `The pruner "${pruner}" scored element ${bad} of "${name}" as ${scores[bad]}.`,
    { hint: 'A score is a finite number for every weight; look for a division by 0 in the criterion.' },
  );
}
