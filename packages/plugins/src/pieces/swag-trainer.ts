import type { Batch, MadeMethod, MethodContext, StepContext, Trainer } from '@bbb/core';
import { collect, forget } from './iterate-moments.js';

export interface SwagTraining {
  /** Number of columns of deviations to keep. */
  readonly rank: number;
  /** Share of the epochs before the first iterate is collected. */
  readonly start: number;
  /** Number of iterates collected in an epoch, evenly spaced. */
  readonly perEpoch: number;
  /** Learning rate from `start` on; it is constant. */
  readonly learningRate: number;
}

type Place = Pick<Batch, 'index' | 'batches'> & Pick<StepContext, 'epoch' | 'epochs'>;

/** Whether a step belongs to the part of the training in which iterates are collected. False if the length of the training is not known. */
function collects({ index, batches, epoch, epochs }: Place, start: number): boolean {
  return epoch !== undefined && epochs !== undefined && (epoch + index / batches) / epochs >= start;
}

/** Whether an iterate is collected after this step: `perEpoch` times in an epoch, evenly spaced. */
function isPlace({ index, batches }: Place, perEpoch: number): boolean {
  const reached = (steps: number): number => Math.floor((steps * perEpoch) / batches);
  return reached(index + 1) > reached(index);
}

/**
 * Trains as the inner method does, with a constant learning rate in the last part, in which it collects iterates. A new training forgets the
 * iterates of an earlier one.
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param inner model and trainer of the inner method
 * @param training when and how often iterates are collected, and at which learning rate
 */
export function swagTrainer(
  { ops }: MethodContext,
  { model, trainer }: MadeMethod,
  { rank, start, perEpoch, learningRate }: SwagTraining,
): Trainer {
  return {
    ...wrappedTrainer(trainer),
    init(params) {
      const moved = Object.fromEntries(model.params.map(({ name }) => [name, params[name]!]));
      return { ...trainer.init(moved), params };
    },
    step(state, batch, context) {
      const place = { ...batch, ...context };
      if (context.epoch === 0 && batch.index === 0) forget(ops, state.params);
      const due = collects(place, start);
      const result = trainer.step(state, batch, due ? { ...context, learningRate } : context);
      if (due && isPlace(place, perEpoch)) collect(ops, state.params, model.params, rank);
      return result;
    },
  };
}

/** The functions of a trainer that a wrapper uses unchanged. */
function wrappedTrainer(trainer: Trainer): Trainer {
  return {
    init: (params) => trainer.init(params),
    step: (state, batch, context) => trainer.step(state, batch, context),
    complexityCost: (params, key) => trainer.complexityCost(params, key),
    ...(trainer.cost ? { cost: (params, batch, key) => trainer.cost!(params, batch, key) } : {}),
    ...(trainer.epochEnd ? { epochEnd: (state, end) => trainer.epochEnd!(state, end) } : {}),
    ...(trainer.finish ? { finish: (params, examples, key) => trainer.finish!(params, examples, key) } : {}),
    dispose: () => trainer.dispose(),
  };
}
