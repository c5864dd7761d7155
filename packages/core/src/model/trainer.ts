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
  /** Number of the minibatch in the epoch, from 0. */
  readonly index: number;
  /** Number of minibatches in the epoch: M in the paper. */
  readonly batches: number;
  /** Number of training examples in the epoch: N. */
  readonly examples: number;
}

/** What a step reports: the loss at the parameters before the update, with the noise of training. */
export type StepResult = BatchLoss;

/**
 * The tensors of the optimiser, by parameter name and then by their own name, e.g. `m` and `v`. Each has the shape of its parameter. Every
 * parameter that steps change has an entry here, which may be empty; a parameter that is only kept has none.
 */
export type Moments = Readonly<Record<string, Readonly<Record<string, Operand>>>>;

/**
 * Everything that training needs to go on, and nothing else. A checkpoint stores it exactly. Steps change the tensors in place.
 */
export interface TrainingState {
  readonly params: Params;
  readonly moments: Moments;
  /** Number of optimiser steps done. */
  step: number;
}

/** Constants of the optimiser for one step, with the scheduled learning rate. */
export interface StepContext {
  readonly learningRate: number;
  /** The key of this step: all its noise comes from this key. */
  readonly key: Key;
  /** The epoch of the step, from 0. Absent if the length of the training is not known: then the step counts as one of the last epoch. */
  readonly epoch?: number;
  /** True if trained parameters are trained further (fine-tuning). Warm-ups are left out then. */
  readonly fineTuning?: boolean;
  /** Number of epochs of this training. */
  readonly epochs?: number;
}

/** A step that is due: its minibatch and its constants. */
export interface StepTurn {
  readonly batch: Batch;
  readonly context: StepContext;
}

/** Describes the end of an epoch, for trainers that look back over several epochs. */
export interface EpochEnd {
  /** The epoch that has ended, from 0. */
  readonly epoch: number;
  /** Number of epochs of this training, or of this fine-tuning. */
  readonly epochs: number;
  /** All noise comes from this key. */
  readonly key: Key;
}

/**
 * Improves parameters, batch by batch. It holds only scratch memory; the state is an argument. A trainer need not care about pruned weights:
 * core resets them, and their moments, after every step.
 */
export interface Trainer {
  /** A new training state for these parameters. The state owns them from then on. */
  init(params: Params): TrainingState;
  step(state: TrainingState, batch: Batch, context: StepContext): StepResult;
  /**
   * Optional. Takes the steps of a few minibatches, to the same bits as {@link Trainer.step} for one after the other, in any order. It is
   * meant for trainers of several networks: a network that takes several steps at a time stays in the cache. It is not called if weights
   * are pruned, because these must be set to zero after every step. A trainer that is made from another one and changes `step` must leave
   * this function out.
   *
   * @returns the results in the order of the minibatches
   */
  steps?(state: TrainingState, turns: readonly StepTurn[]): readonly StepResult[];
  /**
   * Optional. Called after the last step of each epoch, before the epoch is validated and stored. Whatever it keeps (moments of the
   * iterates, samples) must be in parameters of the state: then a checkpoint stores it, and a resumed training ends with the same bits.
   */
  epochEnd?(state: TrainingState, end: EpochEnd): void;
  /**
   * Optional. Called after training on the selected parameters, before they are stored, pruned and measured; and again on each pruned copy that
   * was trained further. It overwrites parameters that steps do not change (e.g. a curvature) with a pure function of the others, so a second
   * call changes nothing.
   *
   * @param examples the training examples
   */
  finish?(params: Params, examples: Examples, key: Key): void;
  /**
   * The complexity cost over all weights, in nats: KL[q || prior] (exact, or estimated with one draw). For a point estimate under a prior it is
   * -ln p(w), which may be negative. Without a prior it is 0.
   */
  complexityCost(params: Params, key: Key): number;
  /**
   * Optional. The minibatch cost in nats, F_i = nll + pi_i * complexity, with the noise that `step` draws from the same key. `step` follows the
   * gradient of this cost times `batches / examples`; with this function a test can check {@link Trainer.step} by finite differences.
   */
  cost?(params: Params, batch: Batch, key: Key): number;
  /** Frees scratch memory, but not the state. */
  dispose(): void;
}
