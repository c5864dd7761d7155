import { scheduledRate, type Batch, type StepContext } from '@bbb/core';

/** The position of a step in its training. */
export type Place = Pick<Batch, 'index' | 'batches'> & Pick<StepContext, 'epoch' | 'epochs'>;

/**
 * Share of the training that is done before this step and after it, fractions in 0..1. Undefined if the length of the training is not known.
 * @param place epoch and minibatch of the step, counted from 0, and their numbers
 */
export function doneShare({
  index,
  batches,
  epoch,
  epochs,
}: Place): { before: number; after: number } | undefined {
  if (epoch === undefined || epochs === undefined) return undefined;
  return { before: (epoch + index / batches) / epochs, after: (epoch + (index + 1) / batches) / epochs };
}

/** A training in cycles of equal length. The first part of each cycle only moves to a good place (burn-in). */
export interface Cycles {
  readonly cycles: number;
  /** Share of a cycle before samples are taken, in [0, 1). */
  readonly burnIn: number;
}

/**
 * Share of the current cycle that is done, in [0, 1), if this share of the training is done.
 *
 * @param plan its number of cycles
 * @param done share of the training that is done, in [0, 1]
 */
export function withinCycle({ cycles }: Cycles, done: number): number {
  const at = done * cycles;
  return at - Math.floor(at);
}

/**
 * Share of all sampling that is done, in [0, 1]. It does not grow during a burn-in.
 *
 * @param plan cycles, and the share of each that is a burn-in
 * @param done share of the training that is done, in [0, 1]
 */
export function sampledShare(plan: Cycles, done: number): number {
  const { cycles, burnIn } = plan;
  const whole = Math.floor(done * cycles);
  return (whole + Math.max(0, (withinCycle(plan, done) - burnIn) / (1 - burnIn))) / cycles;
}

/**
 * A learning rate that falls in every cycle from its start to nearly 0, along half a period of a cosine (Zhang et al. 2020, equation 1).
 *
 * @param plan its number of cycles
 * @param learningRate at the start of a cycle
 * @param done share of the training that is done, in [0, 1]
 */
export function cyclicRate(plan: Cycles, learningRate: number, done: number): number {
  return scheduledRate({ kind: 'cosine' }, learningRate, 0, withinCycle(plan, done));
}
