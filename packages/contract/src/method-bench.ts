import assert from 'node:assert/strict';
import {
  disposeParams,
  fold,
  parseOptions,
  rootKey,
  type KeepMasks,
  type Method,
  type Model,
  type Network,
  type Optimizer,
  type Params,
  type Trainer,
  type TrainingState,
} from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import { ARCHITECTURE, batchesOf, freeBatches, rowsOf, type Toy } from './toy.js';

/** The randomness of everything that the checks do. */
export const KEY = rootKey(11);

export const ADAM: Optimizer = {
  kind: 'adam',
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};
export const MOMENTUM: Optimizer = { kind: 'sgd', learningRate: 0.05, momentum: 0.9 };
/** One step moves every parameter by its gradient. */
export const PLAIN: Optimizer = { kind: 'sgd', learningRate: 1, momentum: 0 };

/** What a method is set to work on. */
export interface Setting {
  readonly optimizer: Optimizer;
  readonly data: Toy;
  readonly batchSize: number;
}

/** Adds a check on a bench of its own. What `setting` leaves out is the same for all. */
export type CheckOnBench = (name: string, body: (bench: Bench) => void, setting?: Partial<Setting>) => void;

/** A method at work on the toy problem. */
export interface Bench {
  readonly model: Model;
  readonly trainer: Trainer;
  readonly state: TrainingState;
  readonly batches: ReturnType<typeof batchesOf>;
  train(epochs: number, options?: { readonly keep?: KeepMasks; readonly from?: number }): void;
  logits(params: Params, draw: Parameters<Model['draw']>[1]): number[];
  /** Of the mean network, nats per example. */
  meanNll(): number;
  tearDown(): void;
}

/** @param options defaults are filled in */
export function setUp(
  method: Method,
  options: unknown,
  ops: Ops,
  { optimizer, data, batchSize }: Setting,
): Bench {
  const parsed = parseOptions('method', method.options, options ?? {});
  const { model, trainer } = method.create(parsed, { architecture: ARCHITECTURE, ops, optimizer, batchSize });
  const state = trainer.init(model.init(fold(KEY, 'init')));
  const batches = batchesOf(ops, data, batchSize);
  const { learningRate } = optimizer;
  return {
    model,
    trainer,
    state,
    batches,
    train(epochs, { keep, from = 0 } = {}) {
      for (let epoch = from; epoch < from + epochs; epoch++) {
        for (const batch of batches) {
          const key = fold(KEY, 'step', epoch, batch.index);
          const result = trainer.step(state, batch, { learningRate, key, ...(keep ? { keep } : {}) });
          assert.ok(
            Number.isFinite(result.nll) && result.correct >= 0 && result.correct <= batch.labels.length,
          );
        }
      }
    },
    logits: (params, draw) =>
      withNetwork(model, params, draw, (network) => logitsOf(ops, network, data, 0, data.labels.length)),
    meanNll: () =>
      withNetwork(model, state.params, 'mean', (network) => {
        const x = rowsOf(ops, data, 0, data.labels.length);
        const logits = network.logits(x, 0);
        const { nll } = ops.softmaxCrossEntropy(logits, data.labels);
        ops.free(x);
        ops.free(logits);
        return nll / data.labels.length;
      }),
    tearDown() {
      freeBatches(ops, batches);
      disposeParams(ops, state.params);
      disposeParams(ops, state.moments);
      trainer.dispose();
    },
  };
}

/** The network lives as long as `use`. */
export function withNetwork<T>(
  model: Model,
  params: Params,
  draw: Parameters<Model['draw']>[1],
  use: (network: Network) => T,
): T {
  const network = model.draw(params, draw);
  try {
    return use(network);
  } finally {
    network.dispose();
  }
}

/** Of the rows `first` to `last - 1`, one after the other. */
export function logitsOf(ops: Ops, network: Network, data: Toy, first: number, last: number): number[] {
  const x = rowsOf(ops, data, first, last);
  const logits = network.logits(x, first);
  const values = [...ops.read(logits)];
  ops.free(x);
  ops.free(logits);
  return values;
}
