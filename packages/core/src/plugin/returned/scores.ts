import { BbbError } from '../../errors.js';
import type { WeightPosterior } from '../../model/model.js';
import { inWords } from './words.js';

/**
 * Checks that a pruner returned a Float32Array with a finite number for each weight, and returns it. Infinity is refused, too: after an overflow,
 * different weights would have the same score. The built-in criteria use the largest float32 instead.
 *
 * @throws BbbError `E_PRUNER_SHAPE` for another type or length, `E_PRUNE_SCORE` for a number that is not finite
 */
export function checkedScores(pruner: string, { name, mu }: WeightPosterior, scores: unknown): Float32Array {
  if (!isFloats(scores, mu.length)) {
    throw new BbbError(
      'E_PRUNER_SHAPE',
      `The pruner "${pruner}" gave ${inWords(scores)} as scores of the ${mu.length} weights of "${name}".`,
      {
        hint: 'Let score() return a Float32Array, not a promise, with one score for each element of weights.mu.',
      },
    );
  }
  return finite(pruner, name, scores);
}

/** {@link checkedScores} for a criterion that scores the units of a layer. */
export function checkedUnitScores(
  pruner: string,
  { name, shape }: WeightPosterior,
  scores: unknown,
): Float32Array {
  const units = shape.at(-1)!;
  if (!isFloats(scores, units)) {
    throw new BbbError(
      'E_PRUNER_SHAPE',
      `The pruner "${pruner}" gave ${inWords(scores)} as scores of the ${units} units of "${name}".`,
      {
        hint: 'Let score() of a pruner of units return a Float32Array, not a promise, with one score for each unit: the last axis of weights.shape.',
      },
    );
  }
  return finite(pruner, name, scores);
}

/** Checks the number that a pruner suggested for a tensor. @throws BbbError `E_PRUNER_SHAPE` unless it is a number */
export function checkedThreshold(pruner: string, { name }: WeightPosterior, lowest: unknown): number {
  if (typeof lowest === 'number' && !Number.isNaN(lowest)) return lowest;
  throw new BbbError(
    'E_PRUNER_SHAPE',
    `The pruner "${pruner}" suggested ${inWords(lowest)} as the lowest score to keep of "${name}".`,
    { hint: 'Let suggest() return a number, not a promise: weights that score below it are removed.' },
  );
}

/** Checks the new means for the remaining weights of a tensor. @throws BbbError as {@link checkedScores} */
export function checkedUpdate(
  pruner: string,
  { name, mu }: WeightPosterior,
  keep: Uint8Array,
  means: unknown,
): Float32Array {
  if (!isFloats(means, mu.length)) {
    throw new BbbError(
      'E_PRUNER_SHAPE',
      `The pruner "${pruner}" gave ${inWords(means)} as new means of the ${mu.length} weights of "${name}".`,
      {
        hint: 'Let update() return a Float32Array, not a promise, with a mean for each element of weights.mu.',
      },
    );
  }
  return finite(
    pruner,
    name,
    means.map((mean, i) => (keep[i] ? mean : 0)),
  );
}

function isFloats(values: unknown, length: number): values is Float32Array {
  return values instanceof Float32Array && values.length === length;
}

function finite(pruner: string, name: string, scores: Float32Array): Float32Array {
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad < 0) return scores;
  throw new BbbError(
    'E_PRUNE_SCORE',
    `The pruner "${pruner}" scored element ${bad} of "${name}" as ${scores[bad]}.`,
    { hint: 'A score is a finite number for every weight; look for a division by 0 in the criterion.' },
  );
}
