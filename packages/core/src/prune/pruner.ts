import type { Key } from '@bbb/kernels';
import type { CurvatureInput } from '../curvature/index.js';
import type { WeightPosterior } from '../model/model.js';
import type { Architecture } from '../network/architecture.js';

/** What gets a score: a weight, or a hidden unit (a neuron, a channel) with all weights into it and out of it. */
export type Granularity = 'weight' | 'unit';

/**
 * Which scores are ranked together: all, those of one tensor, or those of the weights into one output unit. From wide to narrow.
 */
export const PRUNE_SCOPES = ['global', 'layer', 'unit'] as const;
export type PruneScope = (typeof PRUNE_SCOPES)[number];

/**
 * What a posterior may have beside the means of the weights: their standard deviations, the probability that a weight is not 0, the noise of a
 * scale that the weights of a unit share.
 */
export type PosteriorPart = 'sigma' | 'inclusion' | 'unitNoise';

/** What a criterion needs beside the means of the weights: parts of their posterior, their prior, training examples. */
export type PrunerNeed = PosteriorPart | 'prior' | 'examples';

/**
 * Statistics of one weight tensor over the training examples, at the mean weights (of its member, if there are several). Each statistic is
 * computed at its first use, for all tensors together.
 */
export interface WeightStatistics {
  /** Mean over the examples of d NLL / d w, in nats per example; one number for each weight. */
  gradient(): Float64Array;
  /** Diagonal of the generalised Gauss-Newton matrix of the NLL, summed over the examples, in nats; one number for each weight. */
  ggn(): Float64Array;
  /** For each row of the weight, seen as `[fanIn, units]`: the root mean square of the input that multiplies it. For a bias: a single 1. */
  inputRms(): Float64Array;
}

/** What a criterion may ask about the network whose weights it scores. Each trained network has its own context. */
export interface PruneContext {
  readonly architecture: Architecture;
  /** Every weight of the network, ranked or not. The arrays are copies. */
  readonly posterior: readonly WeightPosterior[];
  /** The same weights before training. */
  initial(): readonly WeightPosterior[];
  /** @throws BbbError `E_PRUNER_DATA` when a statistic is used and there are no training examples */
  statistics(weights: WeightPosterior): WeightStatistics;
  /**
   * Computes something else from the network that these weights belong to, at its mean weights. Calls with the same name share one result.
   * @throws BbbError `E_PRUNER_DATA` if there are no training examples
   */
  once<T>(name: string, weights: WeightPosterior, compute: (trained: CurvatureInput) => T): T;
}

/** Gives every weight, or every unit, a score. The lowest scores are removed first. */
export interface Pruner {
  /** The widest scope in which its scores can be compared; a trial may ask for a narrower one. Default: `global`. */
  readonly scope?: PruneScope;
  /**
   * One finite score for each element of `weights.mu`; NaN and Infinity are errors. Weights with higher scores are kept. A weight that is
   * certainly 0 already (mu = 0, and sigma = 0 or absent) may get any score: it counts as removed in any case.
   *
   * A criterion of units gets the weights into a hidden layer, and returns one score for each of its units (the last axis of `shape`). Weights
   * of a member of an ensemble come with the names of the architecture and with a context for that member alone.
   *
   * @param key for criteria with random numbers; each tensor has another key
   */
  score(weights: WeightPosterior, key: Key, context: PruneContext): Float32Array;
  /** Suggests a sparsity: all scores below this number are removed, whatever sparsity is asked for. -Infinity: none is removed. */
  suggest?(weights: WeightPosterior, scores: Float32Array, context: PruneContext): number;
  /**
   * For criteria that adjust the remaining weights to what was removed: new means, as many as in `weights.mu`. Numbers where `keep` is 0 do not
   * matter.
   */
  update?(weights: WeightPosterior, keep: Uint8Array, context: PruneContext): Float32Array;
}
