import type { Key } from '@bbb/kernels';
import type { CurvatureInput } from '../curvature/index.js';
import type { WeightPosterior } from '../model/model.js';
import type { Architecture } from '../network/architecture.js';

/** What a score is given for: a weight, or a hidden unit (a neuron, a channel) with all the weights into and out of it. */
export type Granularity = 'weight' | 'unit';

/**
 * Which scores are ranked together: those of all tensors, of each tensor, or of the weights into each output unit. From wide to narrow.
 */
export const PRUNE_SCOPES = ['global', 'layer', 'unit'] as const;
export type PruneScope = (typeof PRUNE_SCOPES)[number];

/**
 * What a posterior may tell of its weights beside their means: standard deviations of all, a probability that a weight is there, the noise of
 * a scale that the weights of a unit share.
 */
export type PosteriorPart = 'sigma' | 'inclusion' | 'unitNoise';

/** What a criterion needs beside the means of the weights: parts of their posterior, their prior, training examples. */
export type PrunerNeed = PosteriorPart | 'prior' | 'examples';

/**
 * What the training examples say of one weight tensor, at the mean weights (of its member, where there are several networks). Each is
 * computed when it is first asked for, once for all tensors.
 */
export interface WeightStatistics {
  /** Mean over the examples of d NLL / d w, nats per example; as many as weights. */
  gradient(): Float64Array;
  /** Diagonal of the generalised Gauss-Newton matrix of the NLL, summed over the examples, nats; as many as weights. */
  ggn(): Float64Array;
  /** Root mean square of the input that each row of the weight, seen as `[fanIn, units]`, is multiplied by; of a bias a single 1. */
  inputRms(): Float64Array;
}

/** What else there is to know of the network whose weights are scored. One context belongs to one trained network. */
export interface PruneContext {
  readonly architecture: Architecture;
  /** Every weight of the network, ranked or not, in fresh arrays. */
  readonly posterior: readonly WeightPosterior[];
  /** The same before training. */
  initial(): readonly WeightPosterior[];
  /** @throws BbbError `E_PRUNER_DATA`, when one is asked for, where there are no training examples */
  statistics(weights: WeightPosterior): WeightStatistics;
  /**
   * Computes something else of the network that these weights belong to, at its mean weights, once for all that ask under this name.
   * @throws BbbError `E_PRUNER_DATA` where there are no training examples
   */
  once<T>(name: string, weights: WeightPosterior, compute: (trained: CurvatureInput) => T): T;
}

/** Gives every weight, or every unit, a score; the lowest are removed. */
export interface Pruner {
  /** The widest scope in which its scores can be compared; a trial may ask for a narrower one. Default: `global`. */
  readonly scope?: PruneScope;
  /**
   * One finite score for each element of `weights.mu`, higher is worth more: NaN and Infinity are errors. A weight that is already
   * zero for sure (mu = 0, and sigma = 0 or none) may get any score: it counts among the pruned anyway, and is the first of them.
   *
   * A criterion of units gets the weights into a hidden layer, and gives one score for each of its units (the last axis of `shape`).
   * Those of a member of an ensemble come under the names of the architecture, with a context of that member alone.
   *
   * @param key for criteria that draw (random); differs for each tensor
   */
  score(weights: WeightPosterior, key: Key, context: PruneContext): Float32Array;
  /** The criterion's own sparsity: what scores below this number goes, whatever share is asked for. -Infinity: nothing does. */
  suggest?(weights: WeightPosterior, scores: Float32Array, context: PruneContext): number;
  /**
   * New means of the weights that are kept, as many as `weights.mu`; where `keep` is 0, the number does not matter. For criteria that make
   * up for what they remove.
   */
  update?(weights: WeightPosterior, keep: Uint8Array, context: PruneContext): Float32Array;
}
