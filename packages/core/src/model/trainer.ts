import type { Key, Operand } from '@bbb/kernels';
import type { Targets } from '../data/dataset.js';
import type { BatchLoss } from '../likelihood/likelihood.js';
import type { Examples } from '../data/examples.js';
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

/**
 * The optimiser's tensors, by parameter and then by their own name, e.g. `m` and `v`. Each has its parameter's shape. A parameter that
 * steps move has an entry here, if an empty one; what is only kept has none.
 */
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
  /** Epochs of this training. */
  readonly epochs?: number;
}

/** The end of an epoch, for what looks back over several. */
export interface EpochEnd {
  /** The epoch that is over, from 0. */
  readonly epoch: number;
  /** Epochs of this training: of fine-tuning, where it is one. */
  readonly epochs: number;
  /** All noise comes from here. */
  readonly key: Key;
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
   * Called after the last step of each epoch, before the epoch is validated and stored. What it keeps goes into parameters of the state
   * (moments of the iterates, samples): then a checkpoint has it, and a training that is resumed ends with the same bits. Optional.
   */
  epochEnd?(state: TrainingState, end: EpochEnd): void;
  /**
   * Called when training is over, once on the parameters that were selected, before they are stored, pruned and measured; and again on a
   * pruned copy that was trained on. Overwrites parameters that steps leave alone (a curvature), as a pure function of the others: called
   * twice, it changes nothing. Optional.
   *
   * @param examples those of training
   */
  finish?(params: Params, examples: Examples, key: Key): void;
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
