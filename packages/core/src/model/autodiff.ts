import { momentCount, type Key } from '@bbb/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { BbbError } from '../errors.js';
import type { MethodContext } from '../plugin/definition.js';
import type { Params } from './model.js';
import type { Batch, Moments, Trainer, TrainingState } from './trainer.js';

/** Result of an objective that is written in tfjs ops. */
export interface ObjectiveValue {
  /** The loss to minimise: a scalar, in nats per example. */
  readonly loss: tf.Tensor;
  /** The outputs of the network, `[batch, outputs]`. Training error and negative log-likelihood are computed from them. */
  readonly outputs: tf.Tensor2D;
}

/** A {@link Batch} whose inputs are a tfjs tensor. */
export interface TensorBatch extends Batch {
  /** `[batch, inputs]` float32. */
  readonly x: tf.Tensor2D;
}

export interface AutodiffOptions {
  /**
   * The objective in ordinary tfjs ops, a pure function of its arguments. tfjs differentiates it with respect to every tensor in `params`.
   * Intermediate tensors are disposed of. Take noise from `key`, e.g. with `keyedNormal` of `@bbb/kernels`.
   */
  objective(params: Readonly<Record<string, tf.Tensor>>, batch: TensorBatch, key: Key): ObjectiveValue;
  /** The complexity cost over all weights, nats. Default: 0. */
  complexityCost?(params: Params, key: Key): number;
}

/**
 * A trainer for plugin authors who want to write a loss without its gradient. It is slower than a hand-written backward pass, with the same
 * optimisers and the same reproducibility. It needs the WebAssembly ops, whose operands are tfjs tensors.
 *
 * @param options the objective in tfjs ops and, if the method has one, the complexity cost in nats
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @throws BbbError `E_TENSORS` for the ops of several threads
 */
export function autodiffTrainer(
  options: AutodiffOptions,
  { ops, optimizer, likelihood }: MethodContext,
): Trainer {
  if (ops.threads) throw needsTensors();
  const moments = (shape: readonly number[]): Moments[string] =>
    Object.fromEntries(
      Array.from({ length: momentCount(optimizer) }, (_, i) => [String(i), ops.alloc(shape)] as const),
    );
  return {
    init: (params) => ({
      params,
      moments: Object.fromEntries(
        Object.entries(params).map(([name, { shape }]) => [name, moments(shape)] as const),
      ),
      step: 0,
    }),

    step(state: TrainingState, batch, { learningRate, key }) {
      const names = Object.keys(state.params);
      let outputs: tf.Tensor2D | undefined;
      const differentiate = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
        const params = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
        const objective = options.objective(params, batch as TensorBatch, key);
        outputs = tf.keep(objective.outputs.clone());
        return objective.loss as tf.Scalar;
      });
      // tidy disposes of all tensors, even after an error. The outputs are kept, because they are read after the objective has returned.
      try {
        return tf.tidy(() => {
          const { grads } = differentiate(names.map((name) => state.params[name] as tf.Tensor));
          const reported = likelihood.nll(ops, outputs!, batch.targets, state.params);

          state.step++;
          const rule = { ...optimizer, learningRate, step: state.step };
          names.forEach((name, i) => {
            const own = Object.values(state.moments[name]!);
            ops.updatePoint(state.params[name]!, {
              grad: grads[i]!,
              prior: { kind: 'flat' },
              priorWeight: 0,
              rule,
              moments: own,
            });
          });
          return { ...reported };
        });
      } finally {
        outputs?.dispose();
        freeTape();
      }
    },

    complexityCost: (params, key) => options.complexityCost?.(params, key) ?? 0,
    dispose() {},
  };
}

/**
 * The error for ops whose operands are not tfjs tensors, e.g. the ops of several threads. After this error, executors run the trial with
 * other ops.
 */
function needsTensors(): BbbError {
  return new BbbError('E_TENSORS', 'tfjs can not differentiate on a memory that several threads share.', {
    hint: 'Use one thread: --threads 1.',
  });
}

/** Disposes of what tfjs recorded for a backward pass that threw: tfjs itself does so only after a pass that succeeds. */
function freeTape(): void {
  for (const { saved } of tf.engine().state.activeTape ?? []) saved?.forEach((tensor) => tensor.dispose());
}
