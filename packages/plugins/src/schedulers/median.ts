import type { Report, Scheduler, SchedulerDefinition } from '@bbb/core';
import { z } from 'zod';

export const medianOptions = z.strictObject({
  minEpochs: z.int().min(1).default(1).describe('Epochs before the first decision.'),
  minTrials: z.int().min(1).default(3).describe('Other trials that must have come as far.'),
});
export type MedianOptions = z.output<typeof medianOptions>;

/**
 * A trial stops when its best loss so far is worse than the median of the other trials' mean losses up to the same epoch.
 * @param options epochs and other trials that must have come first
 */
export function medianScheduler({ minEpochs, minTrials }: MedianOptions): Scheduler {
  return {
    decide(reports) {
      const last = reports.at(-1);
      if (!last || last.epoch < minEpochs) return 'continue';
      const byTrial = new Map<string, Report[]>();
      for (const report of reports) {
        if (report.epoch > last.epoch) continue;
        byTrial.set(report.trial, [...(byTrial.get(report.trial) ?? []), report]);
      }
      const best = Math.min(...byTrial.get(last.trial)!.map(({ loss }) => loss));
      const others = [...byTrial]
        .filter(([trial, own]) => trial !== last.trial && own.some(({ epoch }) => epoch === last.epoch))
        .map(([, own]) => meanLoss(own));
      if (others.length < minTrials) return 'continue';
      return best > medianOf(others) ? 'stop' : 'continue';
    },
  };
}

function meanLoss(reports: readonly Report[]): number {
  return reports.reduce((sum, { loss }) => sum + loss, 0) / reports.length;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export const median: SchedulerDefinition<MedianOptions> = {
  description: 'Stops trials that are worse than the median of the others at the same epoch.',
  source: 'Golovin et al. 2017, Google Vizier, section 3.2.2',
  options: medianOptions,
  compares: true,
  create: medianScheduler,
};
