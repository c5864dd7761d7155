import { scheduledRate, type Batch, type StepContext } from '@bbb/core';

/** Where a step stands in its training. */
export type Place = Pick<Batch, 'index' | 'batches'> & Pick<StepContext, 'epoch' | 'epochs'>;

/** Share of a training that is done before this step, and after it; undefined outside a training of known length. */
export function doneShare({
  index,
  batches,
  epoch,
  epochs,
}: Place): { before: number; after: number } | undefined {
  if (epoch === undefined || epochs === undefined) return undefined;
  return { before: (epoch + index / batches) / epochs, after: (epoch + (index + 1) / batches) / epochs };
}

/** A training in cycles of equal length, of each of which the first part only looks for a good place. */
export interface Cycles {
  readonly cycles: number;
  /** Share of a cycle before samples are taken, in [0, 1). */
  readonly burnIn: number;
}

/** How far the cycle is in which so much of a training is done, in [0, 1). */
export function withinCycle({ cycles }: Cycles, done: number): number {
  const at = done * cycles;
  return at - Math.floor(at);
}

/** Share of all the sampling that is done, in [0, 1]: it rests while a cycle burns in. */
export function sampledShare(plan: Cycles, done: number): number {
  const { cycles, burnIn } = plan;
  const whole = Math.floor(done * cycles);
  return (whole + Math.max(0, (withinCycle(plan, done) - burnIn) / (1 - burnIn))) / cycles;
}

/** A rate that falls from its start to nearly 0 along half a cosine in every cycle (Zhang et al. 2020, equation 1). */
export function cyclicRate(plan: Cycles, learningRate: number, done: number): number {
  return scheduledRate({ kind: 'cosine' }, learningRate, 0, withinCycle(plan, done));
}
