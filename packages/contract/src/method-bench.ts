import assert from 'node:assert/strict';
import {
  disposeState,
  fold,
  hold,
  makeMethod,
  oneNetwork,
  parseOptions,
  rootKey,
  type KeepMasks,
  type Method,
  type Model,
  type Network,
  type Optimizer,
  type Params,
  type Registry,
  type Trainer,
  type TrainingState,
} from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import { batchesOf, examplesOf, freeBatches, rowsOf, type Toy } from './toy.js';

/** The key of all random numbers in the checks. */
export const KEY = rootKey(11);

export const ADAM: Optimizer = {
  kind: 'adam',
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};
export const MOMENTUM: Optimizer = { kind: 'sgd', learningRate: 0.05, momentum: 0.9 };
/** With this optimiser one step subtracts the gradient from every parameter. */
export const PLAIN: Optimizer = { kind: 'sgd', learningRate: 1, momentum: 0 };

/** The toy problem and the options of a bench. */
export interface BenchOptions {
  readonly optimizer: Optimizer;
  readonly data: Toy;
  readonly batchSize: number;
}

/** Adds a check with a new bench. Options that are left out have the same defaults for all checks. */
export type CheckOnBench = (
  name: string,
  body: (bench: Bench) => void,
  options?: Partial<BenchOptions>,
) => void;

/** A method with its network and trainer, on the toy problem. */
export interface Bench {
  readonly model: Model;
  readonly trainer: Trainer;
  readonly state: TrainingState;
  readonly batches: ReturnType<typeof batchesOf>;
  /**
   * Trains this many epochs, beginning with epoch `from`, of a training that has `of` epochs in all. Default of `of`: training ends with
   * these epochs.
   */
  train(
    epochs: number,
    options?: { readonly keep?: KeepMasks; readonly from?: number; readonly of?: number },
  ): void;
  /** Ends the training, as core does. */
  finish(params: Params): void;
  outputs(params: Params, draw: Parameters<Model['draw']>[1]): number[];
  /** Nats per example of the mean network, or of a draw if there is no mean network. */
  meanNll(): number;
  tearDown(): void;
}

/** A method, and the registry in which a method that wraps others finds them. */
export interface Subject {
  readonly method: Method;
  /** Options of the method. Missing ones get their defaults. */
  readonly options: unknown;
  readonly registry: Registry;
}

export function setUp(
  { method, options, registry }: Subject,
  ops: Ops,
  { optimizer, data, batchSize }: BenchOptions,
): Bench {
  const parsed = parseOptions('method', method.options, options ?? {});
  const { architecture, likelihood } = data;
  const context = { architecture, likelihood, ops, optimizer, batchSize };
  const { model, trainer } = method.create(parsed, {
    ...context,
    method: (use) => makeMethod(use, context, registry),
  });
  const state = trainer.init(model.init(fold(KEY, 'init')));
  const batches = batchesOf(ops, data, batchSize);
  const { learningRate } = optimizer;
  return {
    model,
    trainer,
    state,
    batches,
    train(epochs, { keep, from = 0, of = from + epochs } = {}) {
      for (let epoch = from; epoch < from + epochs; epoch++) {
        for (const batch of batches) {
          const key = fold(KEY, 'step', epoch, batch.index);
          const result = trainer.step(state, batch, { learningRate, key, epoch, epochs: of });
          if (keep) hold(ops, model, state, keep);
          const { nll, error } = result;
          assert.ok(
            Number.isFinite(nll) && Number.isFinite(error) && error >= 0,
            `step() must give a finite nll and a finite error of at least 0, and it gave nll ${nll} and error ${error}`,
          );
        }
        trainer.epochEnd?.(state, { epoch, epochs: of, key: fold(KEY, 'epoch-end', epoch) });
        if (keep) hold(ops, model, state, keep);
      }
    },
    finish: (params) => trainer.finish?.(params, examplesOf(data), fold(KEY, 'finish')),
    outputs: (params, draw) =>
      withNetwork(model, params, draw, (network) => outputsOf(ops, network, data, 0, data.targets.length)),
    meanNll: () =>
      withNetwork(model, state.params, oneNetwork(model, KEY), (network) => {
        const x = rowsOf(ops, data, 0, data.targets.length);
        const outputs = network.outputs(x);
        const { nll } = likelihood.nll(ops, outputs, data.targets, network.likelihood);
        ops.free(x);
        ops.free(outputs);
        return nll / data.targets.length;
      }),
    tearDown() {
      freeBatches(ops, batches);
      disposeState(ops, state);
      trainer.dispose();
    },
  };
}

/** Calls `use` with a network, and frees the network afterwards. */
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

/** The outputs for rows `first` to `last - 1`, row-major. */
export function outputsOf(ops: Ops, network: Network, data: Toy, first: number, last: number): number[] {
  const x = rowsOf(ops, data, first, last);
  const outputs = network.outputs(x);
  const values = [...ops.read(outputs)];
  ops.free(x);
  ops.free(outputs);
  return values;
}
