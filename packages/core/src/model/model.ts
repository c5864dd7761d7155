import type { Key } from '@bbb/kernels';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Architecture, WeightSpec } from './architecture.js';

/** Named tensors. The order of the names is part of the value: it is the order of the checkpoint. */
export type Params = Readonly<Record<string, Tensor>>;

/**
 * Which network to draw from the distribution over weights:
 * - `mean`: every weight at its posterior mean, no noise; deterministic.
 * - a {@link Key}: one draw, e.g. w ~ q(w) of Bayes by Backprop, or one set of dropout masks.
 */
export type Draw = 'mean' | Key;

/** One concrete network. Free it with `dispose`. */
export interface Network {
  /** The very tensors that `logits` multiplies by, by {@link WeightSpec} name. A pruned weight is exactly 0 here. */
  readonly weights: Params;
  /**
   * Logits [batch, classes] for x [batch, inputs]; the caller disposes the result.
   * `firstRow` is the position of x's first row in the whole data set: networks with noise per example (dropout) derive
   * it from there, so that a result does not depend on how the data were cut into batches.
   */
  logits(x: Tensor2D, firstRow: number): Tensor2D;
  dispose(): void;
}

/** What is known of one weight tensor: all a pruner or a figure gets to see. Copies; changing them changes nothing. */
export interface WeightPosterior extends WeightSpec {
  /** Posterior means (a point posterior's value), row-major. */
  readonly mu: Float32Array;
  /** Posterior standard deviations; absent for methods without them. */
  readonly sigma?: Float32Array;
}

/** A network and the distribution over its weights: how to initialise, run and sample it. No state of its own. */
export interface Model {
  readonly architecture: Architecture;
  /** The weights in order; see {@link WeightSpec}. */
  readonly weights: readonly WeightSpec[];
  /** False when every draw equals the mean (a point posterior): predicting with samples would only repeat itself. */
  readonly stochastic: boolean;
  /** Fresh parameters, a pure function of the key. The caller owns the tensors. */
  init(key: Key): Params;
  draw(params: Params, draw: Draw): Network;
  /** One entry for each of `weights`, in that order. */
  posterior(params: Params): WeightPosterior[];
  /**
   * Removes weights for good, in place: where `keep[name][i]` is 0, the weight is exactly zero in every later draw, the
   * mean one included. Masks that do not fit change nothing; `checkKeep` of `@bbb/plugins` is there to find them.
   *
   * @throws BbbError `E_PRUNE_NAME` for a name that is none of `weights`, `E_PRUNE_MASK` for a mask of another size
   */
  prune(params: Params, keep: KeepMasks): void;
}

/** By weight name, one byte for each element: 1 keeps, 0 prunes. */
export type KeepMasks = Readonly<Record<string, Uint8Array>>;
