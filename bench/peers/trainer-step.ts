import {
  createRegistry,
  makeMethod,
  type Architecture,
  type Batch,
  type MethodContext,
  type Optimizer,
  type StepTurn,
  type Trainer,
  type TrainingState,
} from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import plugins, { categoricalLikelihood } from '@bbb/plugins';
import { CLASSES, inTurn, type Minibatch } from './images.js';

const registry = createRegistry([plugins]);

export const BATCH = 128;
/** Number of training examples, which sets the weight of the complexity cost. */
export const EXAMPLES = 60_000;

export const OPTIMIZERS: Record<'sgd' | 'adam', Optimizer> = {
  sgd: { kind: 'sgd', learningRate: 0.1, momentum: 0 },
  adam: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};
export type Kind = keyof typeof OPTIMIZERS;

/** The context for making a method: a network for classification. */
export function contextOf(ops: Ops, architecture: Architecture, kind: Kind): MethodContext {
  const context = {
    architecture,
    likelihood: categoricalLikelihood(CLASSES),
    ops,
    optimizer: OPTIMIZERS[kind],
    batchSize: BATCH,
  };
  return { ...context, method: (use) => makeMethod(use, context, registry) };
}

type Made = { trainer: Trainer; state: TrainingState; turn: (step: number) => StepTurn };

/** A built-in method that is trained, made when it is first asked for. */
function training(
  name: string,
  options: Readonly<Record<string, unknown>>,
  context: MethodContext,
  batches: readonly Minibatch[],
): () => Made {
  let made: Made | undefined;
  const make = (): Made => {
    const method = plugins.methods![name]!;
    const { model, trainer } = method.create(method.options.parse(options), context);
    const state = trainer.init(model.init([0, 1]));
    const next = inTurn(
      batches.map(({ x, labels }): Batch => ({
        x,
        targets: labels,
        index: 0,
        batches: Math.ceil(EXAMPLES / BATCH),
        examples: EXAMPLES,
      })),
    );
    const { learningRate } = context.optimizer;
    return {
      trainer,
      state,
      turn: (step) => ({ batch: next(), context: { learningRate, key: [1, step] } }),
    };
  };
  return () => (made ??= make());
}

/** A step of a built-in method. */
export function trainerStep(...how: Parameters<typeof training>): () => void {
  const made = training(...how);
  return () => {
    const { trainer, state, turn } = made();
    const { batch, context } = turn(state.step);
    trainer.step(state, batch, context);
  };
}

/** Several steps of a built-in method at once. */
export function trainerSteps(...how: [...Parameters<typeof training>, count: number]): () => void {
  const [name, options, context, batches, count] = how;
  const made = training(name, options, context, batches);
  return () => {
    const { trainer, state, turn } = made();
    trainer.steps!(
      state,
      Array.from({ length: count }, (_, i) => turn(state.step + i)),
    );
  };
}
