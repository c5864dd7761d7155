import type { Key, Ops } from '@bbb/kernels';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { KeepMasks } from '../model/model.js';
import type { Trainer, TrainingState } from '../model/trainer.js';
import { permutation } from '../random/draw.js';
import { fold } from '../random/key.js';
import { diverged } from './diverged.js';
import { scheduledRate } from './schedule.js';
import type { TrainingOptions } from './training-options.js';

/** Labelled images: `rows` picks those that belong to a split. */
export interface Examples {
  /** All images of the set, `pixels` bytes each. */
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  readonly pixels: number;
  readonly rows: Uint32Array;
  /** Pixels are divided by this. */
  readonly divisor: number;
}

export interface TrainingRun {
  readonly ops: Ops;
  readonly trainer: Trainer;
  readonly state: TrainingState;
  readonly examples: Examples;
  readonly training: TrainingOptions;
  /** All noise and every order of this run comes from here. */
  readonly key: Key;
  readonly keep?: KeepMasks;
  /** Complexity cost of a weight before training, nats: told when the loss is no longer a number. */
  readonly startCost?: () => number;
  onBatch?(share: number, trainNll: number): void;
}

/** Means over the examples of one epoch, measured with the noise of training. */
export interface EpochTraining {
  readonly learningRate: number;
  /** Nats per example. */
  readonly trainNll: number;
  /** Fraction in [0, 1]. */
  readonly trainError: number;
}

/**
 * Trains for one epoch, in an order and with noise that are pure functions of the key and the epoch.
 * @param epoch from 0
 * @throws BbbError `E_DIVERGED` when the loss is no longer a number
 */
export function trainEpoch(run: TrainingRun, epoch: number): EpochTraining {
  const { ops, trainer, state, examples, training, startCost } = run;
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
  const inputs = new Map<number, Tensor>();
  const inputOf = (size: number): Tensor => {
    // At most two sizes: full batches and the last, partial one.
    if (!inputs.has(size)) inputs.set(size, ops.alloc([size, examples.pixels]) as Tensor);
    return inputs.get(size)!;
  };
  let nll = 0;
  let correct = 0;
  try {
    for (let index = 0; index < batches; index++) {
      const rows = order
        .subarray(index * full, Math.min((index + 1) * full, count))
        .map((i) => examples.rows[i]!);
      const x = inputOf(rows.length);
      ops.gatherPixels(x, examples.images, rows, examples.divisor);
      const labels = Uint8Array.from(rows, (row) => examples.labels[row]!);
      const result = trainer.step(
        state,
        { x: x as Tensor2D, labels, index, batches, examples: count },
        {
          learningRate: learningRate(index),
          key: fold(run.key, 'step', epoch, index),
          ...(run.keep ? { keep: run.keep } : {}),
        },
      );
      if (!Number.isFinite(result.nll)) {
        throw diverged({ nll: result.nll, epoch, index, examples, ...(startCost ? { startCost } : {}) });
      }
      nll += result.nll;
      correct += result.correct;
      run.onBatch?.((index + 1) / batches, nll / ((index + 1) * full));
    }
  } finally {
    for (const x of inputs.values()) ops.free(x);
  }
  return { learningRate: learningRate(0), trainNll: nll / count, trainError: 1 - correct / count };
}
