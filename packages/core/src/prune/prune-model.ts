import type { Key } from '@bbb/kernels';
import { BbbError } from '../errors.js';
import type { Model, Params, WeightPosterior } from '../model/model.js';
import type { Use } from '../plugin/use.js';
import { parseOptions } from '../plugin/options.js';
import { checkedScores, inWords, missingFunctions } from '../plugin/returned/index.js';
import type { Registry } from '../plugin/registry.js';
import { fold } from '../random/key.js';
import type { PruningOptions } from '../trial/trial.js';
import type { ScoredTensor } from './select.js';

/**
 * The scores of every tensor that `include` names.
 * @throws BbbError `E_PRUNER_UNFIT` when the criterion needs a sigma and a tensor has none, `E_PRUNER_SHAPE` and
 *   `E_PRUNE_SCORE` for scores that are none, `E_PRUNE_NOTHING` when `include` names none; `E_UNKNOWN_NAME` and `E_OPTIONS` for the criterion
 */
export function scoreWeights(
  { use, options }: Use,
  registry: Registry,
  model: Model,
  params: Params,
  include: PruningOptions['include'],
  key: Key,
): ScoredTensor[] {
  const definition = registry.get('pruners', use);
  const pruner = definition.create(parseOptions(use, definition.options, options));
  if (missingFunctions(pruner, ['score']).length > 0) {
    throw new BbbError(
      'E_PRUNER_SHAPE',
      `The pruner "${use}" is made as ${inWords(pruner)}, without score().`,
      {
        hint: 'create() returns { score(weights, key) }, at once.',
      },
    );
  }
  return ranked(model.posterior(params), include).map((weights) => {
    requireFit(use, registry, [weights]);
    // Looked at before the pruner gets them: it may work in the very arrays.
    const removed = removedAlready(weights);
    const scores = checkedScores(use, weights, pruner.score(weights, fold(key, weights.name)));
    const { name, member } = weights;
    return { name, scores: removedFirst(removed, scores), ...(member === undefined ? {} : { member }) };
  });
}

/** 1 for each weight that is zero for sure. */
function removedAlready({ mu, sigma }: WeightPosterior): Uint8Array {
  return Uint8Array.from(mu, (m, i) => (m === 0 && !sigma?.[i] ? 1 : 0));
}

/**
 * The scores, with -Infinity for weights that are zero for sure. They are removed already, so they come first, whatever a criterion
 * says of them: a sparsity counts them, and a network that has more of them than asked for loses nothing else.
 */
function removedFirst(removed: Uint8Array, scores: Float32Array): Float32Array {
  return scores.map((score, i) => (removed[i] ? -Infinity : score));
}

/** Before anything is trained: whether every criterion can rank the weights that it will be given. */
export function checkCriteria(
  { pruners, include }: PruningOptions,
  registry: Registry,
  posterior: readonly WeightPosterior[],
): void {
  for (const { use } of pruners) requireFit(use, registry, ranked(posterior, include));
}

/** @throws BbbError `E_PRUNER_UNFIT` when the criterion needs a sigma and the posterior has none */
function requireFit(use: string, registry: Registry, posterior: readonly WeightPosterior[]): void {
  if (!registry.get('pruners', use).needsSigma || posterior.every(({ sigma }) => sigma)) return;
  throw new BbbError('E_PRUNER_UNFIT', `The pruner "${use}" does not fit this model's posterior.`, {
    hint: 'It needs standard deviations, which Gaussian posteriors have. bbb plugins pruners lists the others.',
  });
}

function ranked<W extends WeightPosterior>(posterior: readonly W[], include: PruningOptions['include']): W[] {
  const found = posterior.filter(({ role }) => include.includes(role));
  if (found.length > 0) return found;
  throw new BbbError('E_PRUNE_NOTHING', `No tensor is of these roles: ${include.join(', ')}.`, {
    hint: `The model has: ${[...new Set(posterior.map(({ role }) => role))].join(', ')}.`,
  });
}
