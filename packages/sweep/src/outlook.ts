import type { IndexRow, IndexState } from '@bbb/core';
import { usableCores } from './executor/cores.js';
import type { SweepStatus } from './status.js';
import { readUsefulSeconds } from './store/attempts.js';
import { storing } from './store/errors.js';
import { trialFolder } from './store/names.js';

/** How far a sweep has come, as another process sees it. */
export interface Outlook {
  readonly counts: Readonly<Record<IndexState, number>>;
  /** Seconds that whole trials took, summed, and how many trials were summed, by label. Only the first 30 done trials of a label are read. */
  readonly timings: ReadonlyMap<string, { readonly seconds: number; readonly count: number }>;
  /** Estimated seconds until all trials have ended. Absent while no trial has ended, 0 when none is left. */
  readonly etaSeconds?: number;
  /** Trials at a time that the estimate assumes: those that run now, or the number of cores if no process runs the sweep. */
  readonly workers: number;
}

/**
 * Counts a sweep's trials and estimates what is left from how long the others took.
 * @param dir folder of the sweep
 * @param status what `sweepStatus` returned
 * @throws BbbError `E_STORE_IO`
 */
export async function sweepOutlook(dir: string, { trials, owner }: SweepStatus): Promise<Outlook> {
  const timings = await timingsOf(dir, trials);
  const counts = { waiting: 0, running: 0, done: 0, 'stopped-early': 0, failed: 0, diverged: 0 };
  for (const { state } of trials) counts[state]++;
  const workers = Math.max(1, owner ? counts.running : usableCores());
  const etaSeconds = estimate(trials, timings, workers);
  return { counts, timings, workers, ...(etaSeconds === undefined ? {} : { etaSeconds }) };
}

/** How many trials of a label are read for its mean time. More would change little, and thousands of small files take seconds. */
const ENOUGH = 30;

async function timingsOf(dir: string, trials: readonly IndexRow[]): Promise<Outlook['timings']> {
  const timings = new Map<string, { seconds: number; count: number }>();
  for (const { id, label, state } of trials) {
    if (state !== 'done' || (timings.get(label)?.count ?? 0) >= ENOUGH) continue;
    const folder = trialFolder(dir, id);
    const seconds = await storing('read the attempts of a trial', () => readUsefulSeconds(folder));
    // The time is unknown until the last line of the trial's log is written, or for ever if that line was lost.
    if (seconds === undefined) continue;
    const known = timings.get(label) ?? { seconds: 0, count: 0 };
    timings.set(label, { seconds: known.seconds + seconds, count: known.count + 1 });
  }
  return timings;
}

function estimate(
  trials: readonly IndexRow[],
  timings: Outlook['timings'],
  workers: number,
): number | undefined {
  const open = trials.filter(({ state }) => state === 'waiting' || state === 'running');
  if (open.length === 0) return 0;
  if (timings.size === 0) return undefined;
  const all = [...timings.values()].reduce((sum, { seconds, count }) => ({
    seconds: sum.seconds + seconds,
    count: sum.count + count,
  }));
  const left = open.map(({ label, epoch, epochs }) => {
    const { seconds, count } = timings.get(label) ?? all;
    return (seconds / count) * (1 - epoch / epochs);
  });
  // With any number of workers, the sweep takes at least as long as its longest trial.
  return Math.max(left.reduce((sum, seconds) => sum + seconds, 0) / workers, ...left);
}
