import type { Key } from '@bbb/kernels';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { KeepMasks, Params } from './model.js';

/** One minibatch. The trainer must not keep or dispose `x`. */
export interface Batch {
  /** [batch, inputs] float32. */
  readonly x: Tensor2D;
  /** One class index for each row. */
  readonly labels: Uint8Array;
  /** Position in the epoch, from 0. */
  readonly index: number;
  /** Minibatches in the epoch: M of the paper. */
  readonly batches: number;
  /** Training examples in the epoch: N. */
  readonly examples: number;
}

/** What a step reports, at the parameters before the update. */
export interface StepResult {
  /** Negative log-likelihood summed over the batch, nats. */
  readonly nll: number;
  /** Correctly classified rows of the batch (with the noise of training). */
  readonly correct: number;
}

/**
 * Everything that training needs to go on, and nothing else: saved to the bit by a checkpoint. `moments` are the optimiser's
 * tensors by name. Steps change the tensors in place and return nothing of this.
 */
export interface TrainingState {
  readonly params: Params;
  readonly moments: Params;
  /** Optimiser steps done. */
  step: number;
}

/** Optimiser constants for one step; the learning rate already scheduled. */
export interface StepContext {
  readonly learningRate: number;
  /** The key of this step: all its noise comes from here. */
  readonly key: Key;
  /** During fine-tuning of a pruned network: weights with 0 stay exactly zero, and so do their moments. */
  readonly keep?: KeepMasks;
}

/** Turns batches into better parameters. Holds scratch memory only; the state is an argument. */
export interface Trainer {
  /** Fresh optimiser state for these parameters, which it then owns. */
  init(params: Params): TrainingState;
  step(state: TrainingState, batch: Batch, context: StepContext): StepResult;
  /**
   * The complexity cost over all weights, nats: KL[q || prior] (an estimate with one draw, or exact); -ln p(w), which may be
   * negative, for a point estimate under a prior; 0 without a prior.
   */
  complexityCost(params: Params, key: Key): number;
  /**
   * The minibatch cost in nats, F_i = nll + pi_i * complexity, with the noise that `step` draws from the same key: what
   * `step` follows the gradient of, times `batches / examples`. Optional; with it {@link Trainer.step} can be checked by
   * finite differences.
   */
  cost?(params: Params, batch: Batch, key: Key): number;
  /** Frees scratch memory, not the state. */
  dispose(): void;
}
