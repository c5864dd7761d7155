import { fold } from '@bbb/base';
import type { Key, Ops } from '@bbb/kernels';
import type { Examples } from '../data/examples.js';
import type { Likelihood } from '../likelihood/likelihood.js';
import type { KeepMasks, Model } from '../model/model.js';
import type { StepResult, StepTurn, Trainer, TrainingState } from '../model/trainer.js';
import { hold } from '../prune/masks.js';
import { diverged } from './diverged.js';
import type { TrainingOptions } from './training-options.js';
import { turnsOf } from './turns.js';

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
  /** Whether trained parameters are trained further; see `StepContext`. Default false. */
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
  const { ops, model, trainer, state, examples, keep, startCost } = run;
  const { batchSize, epochs } = run.training;
  const count = examples.rows.length;
  const full = Math.min(batchSize, count);
  const turns = turnsOf(run, epoch);
  let nll = 0;
  let error = 0;
  try {
    for (const group of turns.groups()) {
      const results = stepsOf(trainer, state, group);
      if (keep) hold(ops, model, state, keep);
      for (const [i, result] of results.entries()) {
        const { index } = group[i]!.batch;
        if (!Number.isFinite(result.nll))
          throw diverged({ nll: result.nll, epoch, index, examples, ...(startCost ? { startCost } : {}) });
        nll += result.nll;
        error += result.error;
        run.onBatch?.((index + 1) / turns.batches, nll / ((index + 1) * full));
      }
    }
    if (trainer.epochEnd) {
      trainer.epochEnd(state, { epoch, epochs, key: fold(run.key, 'epoch-end', epoch) });
      if (keep) hold(ops, model, state, keep);
    }
  } finally {
    turns.dispose();
  }
  return {
    learningRate: turns.learningRate(0),
    trainNll: nll / count,
    trainError: run.likelihood.error(error, count),
  };
}

/** The results of the steps of one group of minibatches, in their order. */
function stepsOf(trainer: Trainer, state: TrainingState, group: readonly StepTurn[]): readonly StepResult[] {
  if (trainer.steps && group.length > 1) return trainer.steps(state, group);
  return group.map(({ batch, context }) => trainer.step(state, batch, context));
}
