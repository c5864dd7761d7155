import { fold, permutation } from '@bbb/base';
import type { Operand } from '@bbb/kernels';
import { targetsOf } from '../data/examples.js';
import { gatherInputs } from '../data/preprocessing.js';
import type { StepTurn } from '../model/trainer.js';
import { sizeOf } from '../network/shape.js';
import { scheduledRate } from './schedule.js';
import type { TrainingRun } from './train.js';

/**
 * Minibatches that {@link Trainer.steps} gets at once. Each network of an ensemble is read into the cache once for this number of steps.
 * The inputs of these steps must fit into the cache, too: 0.4 MB for each minibatch of 128 MNIST images.
 */
const AT_ONCE = 8;

/** The minibatches of an epoch in their order, a few at a time. */
export interface Turns {
  /** Number of minibatches. */
  readonly batches: number;
  /** The learning rate at a minibatch. */
  learningRate(index: number): number;
  /** Groups of at least one minibatch. The inputs are valid until the next group is requested. */
  groups(): Generator<readonly StepTurn[]>;
  dispose(): void;
}

/** Order, rates and keys are pure functions of the key of the run and the epoch. */
export function turnsOf(run: TrainingRun, epoch: number): Turns {
  const { ops, trainer, examples, training, keep, fineTuning = false } = run;
  const { batchSize, epochs } = training;
  const count = examples.rows.length;
  const batches = Math.ceil(count / batchSize);
  const order = permutation(fold(run.key, 'order', epoch), count);
  const full = Math.min(batchSize, count);
  const inputs = inputMemory(run);
  const learningRate = (index: number): number =>
    scheduledRate(
      training.schedule,
      training.optimizer.learningRate,
      epoch,
      (epoch + index / batches) / epochs,
    );

  const turn = (index: number, slot: number): StepTurn => {
    const rows = order
      .subarray(index * full, Math.min((index + 1) * full, count))
      .map((i) => examples.rows[i]!);
    const x = inputs.of(rows.length, slot);
    gatherInputs(ops, x, examples.features, rows, examples.preprocessing.input);
    return {
      batch: { x, targets: targetsOf(examples, rows), index, batches, examples: count },
      context: {
        learningRate: learningRate(index),
        key: fold(run.key, 'step', epoch, index),
        epoch,
        epochs,
        fineTuning,
      },
    };
  };
  // Pruned weights must be set to zero after every single step.
  const atOnce = trainer.steps && !keep ? AT_ONCE : 1;
  return {
    batches,
    learningRate,
    *groups() {
      for (let first = 0; first < batches; first += atOnce) {
        const size = Math.min(atOnce, batches - first);
        yield Array.from({ length: size }, (_, slot) => turn(first + slot, slot));
      }
    },
    dispose: () => inputs.dispose(),
  };
}

/** Memory for inputs: there are at most two sizes, that of full minibatches and that of the last one, which may be smaller. */
function inputMemory({ ops, examples }: TrainingRun): {
  of(rows: number, slot: number): Operand;
  dispose(): void;
} {
  const size = sizeOf(examples.inputShape);
  const inputs = new Map<string, Operand>();
  return {
    of(rows, slot) {
      const name = `${rows} ${slot}`;
      if (!inputs.has(name)) inputs.set(name, ops.alloc([rows, size]));
      return inputs.get(name)!;
    },
    dispose() {
      for (const x of inputs.values()) ops.free(x);
    },
  };
}
