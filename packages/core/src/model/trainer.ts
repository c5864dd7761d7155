import type { Key, Operand } from '@bbb/kernels';
import type { Targets } from '../data/dataset.js';
import type { BatchLoss } from '../likelihood/likelihood.js';
import type { Params } from './model.js';

/** One minibatch. The trainer must not keep or free `x`. */
export interface Batch {
  /** `[batch, inputs]`. */
  readonly x: Operand;
  /** One for each row: class indices, or real numbers in their own unit. */
  readonly targets: Targets;
  /** Position in the epoch, from 0. */
  readonly index: number;
  /** Minibatches in the epoch: M of the paper. */
  readonly batches: number;
  /** Training examples in the epoch: N. */
  readonly examples: number;
}

/** What a step reports, at the parameters before the update, with the noise of training. */
export type StepResult = BatchLoss;

/** The optimiser's tensors, by parameter and then by their own name, e.g. `m` and `v`. Each has its parameter's shape. */
export type Moments = Readonly<Record<string, Readonly<Record<string, Operand>>>>;

/**
 * Everything that training needs to go on, and nothing else: saved to the bit by a checkpoint. Steps change the tensors in
 * place and return nothing of this.
 */
export interface TrainingState {
  readonly params: Params;
  readonly moments: Moments;
  /** Optimiser steps done. */
  step: number;
}

/** Optimiser constants for one step; the learning rate already scheduled. */
export interface StepContext {
  readonly learningRate: number;
  /** The key of this step: all its noise comes from here. */
  readonly key: Key;
  /** The epoch that the step is of, from 0. Absent outside a training of known length: as if in the last epoch. */
  readonly epoch?: number;
  /** True where trained parameters are trained on (fine-tuning): what warms up is warm. */
  readonly fineTuning?: boolean;
}

/**
 * Turns batches into better parameters. Holds scratch memory only; the state is an argument. Pruned weights are no concern of
 * a trainer: core sets them, and their moments, back after every step.
 */
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
