import type { Scheduler } from './scheduler.js';

export interface AshaOptions {
  /** Epochs before the first decision. */
  readonly minEpochs: number;
  /** A rung keeps the best 1 / eta; rungs are at minEpochs * eta^k. */
  readonly eta: number;
}

/**
 * Asynchronous successive halving (Li et al. 2020), in its stopping form: a trial that reaches a rung goes on if it is among
 * the best 1 / eta of those that have reached the rung so far, itself included. Nobody waits for anybody.
 */
export function asha({ minEpochs, eta }: AshaOptions): Scheduler {
  return {
    description: `Asynchronous successive halving: rungs at ${minEpochs} x ${eta}^k epochs keep the best 1/${eta}.`,
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
