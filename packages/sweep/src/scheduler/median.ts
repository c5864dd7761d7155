import type { Report, Scheduler } from './scheduler.js';

export interface MedianOptions {
  /** Epochs before the first decision. */
  readonly minEpochs: number;
  /** Other trials that must have come as far. */
  readonly minTrials: number;
}

/**
 * Median stopping (Golovin et al. 2017, Vizier, section 3.2.2): a trial stops when its best loss so far is worse than the
 * median of the other trials' mean losses up to the same epoch.
 */
export function medianStopping({ minEpochs, minTrials }: MedianOptions): Scheduler {
  return {
    description: 'Stops trials that are worse than the median of the others at the same epoch.',
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
      return best > median(others) ? 'stop' : 'continue';
    },
  };
}

function meanLoss(reports: readonly Report[]): number {
  return reports.reduce((sum, { loss }) => sum + loss, 0) / reports.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
