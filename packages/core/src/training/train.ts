import type { Key, Operand, Ops } from '@bbb/kernels';
import { targetsOf, type Examples } from '../data/examples.js';
import { gatherInputs } from '../data/preprocessing.js';
import type { Likelihood } from '../likelihood/likelihood.js';
import type { KeepMasks, Model } from '../model/model.js';
import type { Trainer, TrainingState } from '../model/trainer.js';
import { sizeOf } from '../network/shape.js';
import { hold } from '../prune/masks.js';
import { permutation, fold } from '@bbb/base';
import { diverged } from './diverged.js';
import { scheduledRate } from './schedule.js';
import type { TrainingOptions } from './training-options.js';

export interface TrainingRun {
  readonly ops: Ops;
  readonly model: Pick<Model, 'params'>;
  readonly trainer: Trainer;
  readonly likelihood: Pick<Likelihood, 'error'>;
  readonly state: TrainingState;
  readonly examples: Examples;
  readonly training: TrainingOptions;
  /** All noise of this run, and the order of the examples in every epoch, come from this key. */
  readonly key: Key;
  /** Weights with 0 here stay pruned, and so do their moments, whatever the trainer does. */
  readonly keep?: KeepMasks;
  /** See `StepContext`. Default false. */
  readonly fineTuning?: boolean;
  /** Complexity cost per weight before training, in nats. The error message uses it if the loss is no longer a number. */
  readonly startCost?: () => number;
  onBatch?(share: number, trainNll: number): void;
}

/** Means over the training examples of one epoch, measured with the noise of training. */
export interface EpochTraining {
  readonly learningRate: number;
  /** Nats per example. */
  readonly trainNll: number;
  /** The error of the likelihood: a fraction, or in the unit of the target. */
  readonly trainError: number;
}

/**
 * Trains for one epoch. Order and noise are pure functions of the key and the epoch.
 * @param run model, trainer, data and state; the state is changed in place
 * @param epoch from 0
 * @throws BbbError `E_DIVERGED` when the loss is no longer a number
 */
export function trainEpoch(run: TrainingRun, epoch: number): EpochTraining {
  const { ops, trainer, state, examples, training, startCost, fineTuning = false } = run;
  const { batchSize, epochs } = training;
  const count = examples.rows.length;
  const batches = Math.ceil(count / batchSize);
  const order = permutation(fold(run.key, 'order', epoch), count);
  const learningRate = (index: number): number =>
    scheduledRate(
      training.schedule,
      training.optimizer.learningRate,
      epoch,
      (epoch + index / batches) / epochs,
    );

  const full = Math.min(batchSize, count);
  const size = sizeOf(examples.inputShape);
  const inputs = new Map<number, Operand>();
  const inputOf = (rows: number): Operand => {
    // There are at most two sizes: full batches, and the last batch, which may be smaller.
    if (!inputs.has(rows)) inputs.set(rows, ops.alloc([rows, size]));
    return inputs.get(rows)!;
  };
  let nll = 0;
  let error = 0;
  try {
    for (let index = 0; index < batches; index++) {
      const rows = order
        .subarray(index * full, Math.min((index + 1) * full, count))
        .map((i) => examples.rows[i]!);
      const x = inputOf(rows.length);
      gatherInputs(ops, x, examples.features, rows, examples.preprocessing.input);
      const result = trainer.step(
        state,
        { x, targets: targetsOf(examples, rows), index, batches, examples: count },
        {
          learningRate: learningRate(index),
          key: fold(run.key, 'step', epoch, index),
          epoch,
          epochs,
          fineTuning,
        },
      );
      if (run.keep) hold(ops, run.model, state, run.keep);
      if (!Number.isFinite(result.nll))
        throw diverged({ nll: result.nll, epoch, index, examples, ...(startCost ? { startCost } : {}) });
      nll += result.nll;
      error += result.error;
      run.onBatch?.((index + 1) / batches, nll / ((index + 1) * full));
    }
    if (trainer.epochEnd) {
      trainer.epochEnd(state, { epoch, epochs, key: fold(run.key, 'epoch-end', epoch) });
      if (run.keep) hold(ops, run.model, state, run.keep);
    }
  } finally {
    for (const x of inputs.values()) ops.free(x);
  }
  return {
    learningRate: learningRate(0),
    trainNll: nll / count,
    trainError: run.likelihood.error(error, count),
  };
}
