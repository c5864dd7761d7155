import { momentCount, type Key } from '@bbb/kernels';
import * as tf from '@tensorflow/tfjs-core';
import type { MethodContext } from '../plugin/definition.js';
import type { Params } from './model.js';
import type { Batch, Trainer, TrainingState } from './trainer.js';

/** What an objective written in tfjs ops gives back. */
export interface ObjectiveValue {
  /** What is minimised: a scalar, nats per example. */
  readonly loss: tf.Tensor;
  /** Logits [batch, classes], from which training error and negative log-likelihood are reported. */
  readonly logits: tf.Tensor2D;
}

export interface AutodiffOptions {
  /**
   * The objective in ordinary tfjs ops, a pure function of its arguments. tfjs differentiates it with respect to every
   * tensor in `params`; intermediate tensors are disposed. Take noise from `key`, e.g. with `keyedNormal` of `@bbb/kernels`.
   */
  objective(params: Readonly<Record<string, tf.Tensor>>, batch: Batch, key: Key): ObjectiveValue;
  /** The complexity cost over all weights, nats. Default: 0. */
  complexityCost?(params: Params, key: Key): number;
}

/**
 * A trainer for plugin authors who would rather write a loss than its gradient. Slower than a hand-written backward pass,
 * with the same optimisers and the same reproducibility.
 */
export function autodiffTrainer(options: AutodiffOptions, { ops, optimizer }: MethodContext): Trainer {
  const momentNames = (name: string): string[] =>
    Array.from({ length: momentCount(optimizer) }, (_, i) => `${name}.${i}`);
  return {
    init(params) {
      const moments = Object.entries(params).flatMap(([name, { shape }]) =>
        momentNames(name).map((moment) => [moment, ops.alloc(shape) as tf.Tensor] as const),
      );
      return { params, moments: Object.fromEntries(moments), step: 0 };
    },

    step(state: TrainingState, batch, { learningRate, key, keep }) {
      const names = Object.keys(state.params);
      let logits: tf.Tensor2D | undefined;
      const differentiate = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
        const params = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
        const objective = options.objective(params, batch, key);
        logits = tf.keep(objective.logits.clone());
        return objective.loss as tf.Scalar;
      });
      // tidy disposes of the gradients and all, also when something throws; the logits are kept, for they outlive the objective.
      try {
        return tf.tidy(() => {
          const { grads } = differentiate(names.map((name) => state.params[name]!));
          const reported = ops.softmaxCrossEntropy(logits!, batch.labels);

          state.step++;
          const rule = { ...optimizer, learningRate, step: state.step };
          names.forEach((name, i) => {
            const w = state.params[name]!;
            const grad = grads[i]!;
            const moments = momentNames(name).map((moment) => state.moments[moment]!);
            const mask = keep?.[name];
            if (mask) ops.fillWhereZero(grad, mask, 0);
            ops.updatePoint(w, { grad, prior: { kind: 'flat' }, priorWeight: 0, rule, moments });
            if (mask) for (const tensor of [w, ...moments]) ops.fillWhereZero(tensor, mask, 0);
          });
          return { ...reported };
        });
      } finally {
        logits?.dispose();
        freeTape();
      }
    },

    complexityCost: (params, key) => options.complexityCost?.(params, key) ?? 0,
    dispose() {},
  };
}

/** What a backward pass that threw had been given: tfjs disposes of it only at the end of one that succeeds. */
function freeTape(): void {
  for (const { saved } of tf.engine().state.activeTape ?? []) saved?.forEach((tensor) => tensor.dispose());
}
