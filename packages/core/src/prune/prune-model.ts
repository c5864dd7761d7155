import type { Key } from '@bbb/kernels';
import { BbbError } from '../errors.js';
import type { Model, Params } from '../model/model.js';
import { fold } from '../random/key.js';
import type { PruningOptions } from '../trial/trial.js';
import type { Pruner } from './pruner.js';
import type { ScoredTensor } from './select.js';

/**
 * The scores of every tensor that `include` names.
 * @throws BbbError `E_PRUNER_UNFIT` when the criterion does not fit the posterior, `E_PRUNER_SHAPE` for a wrong length
 */
export function scoreWeights(
  pruner: Pruner,
  name: string,
  model: Model,
  params: Params,
  include: PruningOptions['include'],
  key: Key,
): ScoredTensor[] {
  return model
    .posterior(params)
    .filter(({ role }) => include.includes(role))
    .map((weights) => {
      if (pruner.accepts?.(weights) === false) {
        throw new BbbError('E_PRUNER_UNFIT', `The pruner "${name}" does not fit this model's posterior.`, {
          hint: 'A criterion that needs sigma works on Gaussian posteriors only. bbb plugins lists the others.',
        });
      }
      const scores = pruner.score(weights, fold(key, weights.name));
      if (scores.length !== weights.mu.length) {
        throw new BbbError(
          'E_PRUNER_SHAPE',
          `The pruner "${name}" gave ${scores.length} scores for the ${weights.mu.length} weights of ${weights.name}.`,
          { hint: 'Return one score for each element of weights.mu.' },
        );
      }
      return { name: weights.name, scores };
    });
}
