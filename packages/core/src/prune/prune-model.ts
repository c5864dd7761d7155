import type { Key } from '@bbb/kernels';
import { BbbError } from '../errors.js';
import type { ModelWeight, WeightPosterior } from '../model/model.js';
import { unitGroups } from '../network/units.js';
import { checkedScores, checkedUnitScores, checkedThreshold } from '../plugin/returned/index.js';
import type { Registry } from '../plugin/registry.js';
import type { Use } from '../plugin/use.js';
import { fold } from '@bbb/base';
import type { PruningOptions } from '../trial/trial.js';
import { openPruner } from './open-pruner.js';
import { contextOfMember } from './member-context.js';
import type { Granularity, PruneContext, Pruner, PrunerNeed, PruneScope } from './pruner.js';
import { rankedOf, type RankedOptions } from './ranked.js';
import type { ScoredTensor } from './select.js';

/** The scores of a criterion for one trained network. */
export interface Scored {
  readonly granularity: Granularity;
  /** The widest scope in which the scores can be compared. */
  readonly scope: PruneScope;
  /** The scores of each ranked tensor; or of the units of each hidden layer, under the name of the weight into that layer. */
  readonly tensors: readonly ScoredTensor[];
  /** All weights of the model, ranked or not: when a unit is removed, all weights around it are removed. */
  readonly weights: readonly ModelWeight[];
  /** By tensor, if the criterion suggests its own sparsity: lower scores than this are removed. */
  readonly suggested?: Readonly<Record<string, number>>;
  readonly update?: Pruner['update'];
}

/**
 * Computes the scores of every tensor that takes part, or of the units of every hidden layer that takes part.
 * @param use name of the criterion, and its options
 * @param registry a registry that has the pruner, of `createRegistry()`
 * @param context the network, its posterior, and statistics for criteria
 * @param which the kinds of tensors that take part, and the layers that do not
 * @param key for criteria with random numbers
 * @throws BbbError `E_PRUNER_UNFIT` if the posterior lacks what the criterion needs, or if the network has no hidden units to score;
 *   `E_PRUNER_SHAPE` and `E_PRUNE_SCORE` for invalid scores, `E_PRUNE_NOTHING` if no tensor takes part; `E_UNKNOWN_NAME` and `E_OPTIONS` for
 *   the criterion; `E_PRUNER_DATA` if it needs examples and there are none
 */
export function scoreWeights(
  { use, options }: Use,
  registry: Registry,
  context: PruneContext,
  which: RankedOptions,
  key: Key,
): Scored {
  const { granularity, needs, create } = openPruner({ use, options }, registry);
  const pruner = create();
  const ranked = rankedOf(context.posterior, which);
  requireFit(use, needs, ranked);
  const scoredBy = granularity === 'unit' ? scoreUnits : scoreTensor;
  const scored = (granularity === 'unit' ? hiddenOf(use, ranked, context) : ranked).map((weights) =>
    scoredBy({ use, pruner, context, weights, key: fold(key, weights.name) }),
  );
  return {
    granularity,
    scope: pruner.scope ?? 'global',
    tensors: scored.map(({ tensor }) => tensor),
    weights: context.posterior,
    ...(pruner.suggest
      ? { suggested: Object.fromEntries(scored.map(({ tensor, lowest }) => [tensor.name, lowest!])) }
      : {}),
    ...(pruner.update ? { update: pruner.update.bind(pruner) } : {}),
  };
}

interface Scoring {
  readonly use: string;
  readonly pruner: Pruner;
  readonly context: PruneContext;
  readonly weights: WeightPosterior;
  readonly key: Key;
}

interface ScoredOnce {
  readonly tensor: ScoredTensor;
  /** The criterion suggests removing all scores below this number. */
  readonly lowest?: number;
}

function scoreTensor({ use, pruner, context, weights, key }: Scoring): ScoredOnce {
  // Computed before the pruner is called, because the pruner may overwrite these arrays.
  const removed = removedAlready(weights);
  const scores = checkedScores(use, weights, pruner.score(weights, key, context));
  const { name, role, layer, member, shape } = weights;
  return {
    tensor: {
      name,
      role,
      layer,
      units: shape.at(-1)!,
      scores: removedFirst(removed, scores),
      ...(member === undefined ? {} : { member }),
    },
    ...lowestOf({ use, pruner, context, weights }, scores),
  };
}

function scoreUnits({ use, pruner, context: whole, weights: { name, ...spec }, key }: Scoring): ScoredOnce {
  const { layer, member } = spec;
  const context = contextOfMember(whole, member);
  const weights = { ...spec, name: spec.of ?? name };
  const removed = unitsRemovedAlready(weights, context);
  const scores = checkedUnitScores(use, weights, pruner.score(weights, key, context));
  return {
    tensor: {
      name,
      layer,
      scores: removedFirst(removed, scores),
      ...(member === undefined ? {} : { member }),
    },
    ...lowestOf({ use, pruner, context, weights }, scores),
  };
}

function lowestOf(
  { use, pruner, context, weights }: Omit<Scoring, 'key'>,
  scores: Float32Array,
): Pick<ScoredOnce, 'lowest'> {
  if (!pruner.suggest) return {};
  return { lowest: checkedThreshold(use, weights, pruner.suggest(weights, scores, context)) };
}

/** The weights into the hidden layers that take part. */
function hiddenOf(
  use: string,
  ranked: readonly WeightPosterior[],
  { architecture }: PruneContext,
): WeightPosterior[] {
  const hidden = unitGroups(architecture).map(({ weight }) => weight.name);
  const found = ranked.filter(({ name, of = name }) => hidden.includes(of));
  if (found.length > 0) return found;
  throw new BbbError(
    'E_PRUNER_UNFIT',
    `The pruner "${use}" removes hidden units, but no hidden layer is to be pruned.`,
    { hint: 'Choose a network with a hidden layer, and prune its weights: --include weight.' },
  );
}

/** 1 for each weight that is certainly 0. */
function removedAlready({ mu, sigma }: WeightPosterior): Uint8Array {
  const removed = new Uint8Array(mu.length);
  for (let i = 0; i < mu.length; i++) removed[i] = mu[i] === 0 && !sigma?.[i] ? 1 : 0;
  return removed;
}

/** 1 for each unit of a hidden layer that is certainly silent: no weight leads into it, and it has no bias. */
function unitsRemovedAlready(
  weights: WeightPosterior,
  { posterior, architecture }: PruneContext,
): Uint8Array {
  const units = weights.shape.at(-1)!;
  const removed = new Uint8Array(units).fill(1);
  const group = unitGroups(architecture).find(({ weight }) => weight.name === weights.name)!;
  const bias = posterior.find(({ name }) => name === group.bias.name);
  for (const tensor of [weights, ...(bias ? [bias] : [])]) {
    for (const [i, gone] of removedAlready(tensor).entries()) if (gone === 0) removed[i % units] = 0;
  }
  return removed;
}

/**
 * The scores, with -Infinity for weights that are certainly 0. These are removed already, so they must come first, whatever their score is: a
 * sparsity counts them, and a network that already has more zeros than asked for must lose nothing else.
 */
function removedFirst(removed: Uint8Array, scores: Float32Array): Float32Array {
  return scores.map((score, i) => (removed[i] ? -Infinity : score));
}

/** Checks, before training, that every criterion can rank the weights that it will get. */
export function checkCriteria(
  pruning: Pick<PruningOptions, 'pruners'> & RankedOptions,
  registry: Registry,
  posterior: readonly WeightPosterior[],
): void {
  for (const pruner of pruning.pruners)
    requireFit(pruner.use, openPruner(pruner, registry).needs, rankedOf(posterior, pruning));
}

/**
 * What a criterion may need from a posterior: in words, and a test for it. Some weights (e.g. biases) have no spike at 0 and no shared scale,
 * so one weight that has it is enough.
 */
const FITS: Readonly<
  Record<
    Exclude<PrunerNeed, 'examples'>,
    { readonly words: string; readonly fits: (posterior: readonly WeightPosterior[]) => boolean }
  >
> = {
  sigma: {
    words: 'standard deviations, which Gaussian posteriors have',
    fits: (posterior) => posterior.every(({ sigma }) => sigma),
  },
  inclusion: {
    words: 'probabilities that weights are not zero, which spike-and-slab posteriors have',
    fits: (posterior) => posterior.some(({ inclusion }) => inclusion),
  },
  unitNoise: {
    words: 'scales that the weights of a unit share',
    fits: (posterior) => posterior.some(({ unitNoise }) => unitNoise),
  },
  prior: {
    words: 'a Gaussian prior',
    fits: (posterior) => posterior.every(({ prior }) => prior),
  },
};

/** @throws BbbError `E_PRUNER_UNFIT` if the posterior lacks what the criterion needs */
function requireFit(use: string, needs: readonly PrunerNeed[], posterior: readonly WeightPosterior[]): void {
  for (const need of needs) {
    if (need === 'examples' || FITS[need].fits(posterior)) continue;
    throw new BbbError('E_PRUNER_UNFIT', `The pruner "${use}" does not fit this model's posterior.`, {
      hint: `It needs ${FITS[need].words}. bbb plugins pruners lists the others.`,
    });
  }
}
