import type { Scheduler, SchedulerDefinition } from '@bbb/core';
import { z } from 'zod';

export const ashaOptions = z.strictObject({
  minEpochs: z.int().min(1).default(1).describe('Epochs before the first decision.'),
  eta: z
    .int()
    .min(2)
    .default(3)
    .describe('A rung keeps the best 1 / eta; rungs are at minEpochs * eta^k epochs.'),
});
export type AshaOptions = z.output<typeof ashaOptions>;

/**
 * The variant that stops trials: a trial that reaches a rung goes on if it is among the best 1 / eta of the trials that have reached the rung so
 * far, including itself. No trial waits for another.
 * @param options epochs of the first rung, and eta
 */
export function ashaScheduler({ minEpochs, eta }: AshaOptions): Scheduler {
  return {
    decide(reports) {
      const last = reports.at(-1);
      if (!last || !isRung(last.epoch, minEpochs, eta)) return 'continue';
      const atRung = reports.filter(({ epoch }) => epoch === last.epoch);
      const kept = Math.max(1, Math.ceil(atRung.length / eta));
      // A loss that is not a number ranks last.
      const better = atRung.filter(
        ({ loss }) => loss < last.loss || (Number.isNaN(last.loss) && !Number.isNaN(loss)),
      );
      return better.length < kept ? 'continue' : 'stop';
    },
  };
}

function isRung(epoch: number, minEpochs: number, eta: number): boolean {
  let rung = minEpochs;
  while (rung < epoch) rung *= eta;
  return rung === epoch;
}

export const asha: SchedulerDefinition<AshaOptions> = {
  description: 'Asynchronous successive halving: only the best 1 / eta of those that come as far go on.',
  source: 'Li et al. 2020, A System for Massively Parallel Hyperparameter Tuning',
  options: ashaOptions,
  compares: true,
  create: ashaScheduler,
};
