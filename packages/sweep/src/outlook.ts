import type { IndexRow, IndexState } from '@bbb/core';
import { usableCores } from './executor/cores.js';
import { readEpochs } from './read.js';
import type { SweepStatus } from './status.js';
import { readUsefulSeconds } from './store/attempts.js';
import { storing } from './store/errors.js';
import { trialFolder } from './store/names.js';

/** Summed seconds and the number of summands, by label. Only the first 30 done trials of a label are read. */
type Seconds = ReadonlyMap<string, { readonly seconds: number; readonly count: number }>;

/** How far a sweep has come, as another process sees it. */
export interface Outlook {
  readonly counts: Readonly<Record<IndexState, number>>;
  /** Seconds that whole trials took. */
  readonly timings: Seconds;
  /** Seconds that their evaluations took, which is what they did after their epochs. */
  readonly evaluations: Seconds;
  /** Estimated seconds until all trials have ended. Absent while it can't be estimated, 0 when no trial is left. */
  readonly etaSeconds?: number;
  /** Trials at a time that the estimate assumes: those that run now, or the number of cores if no process runs the sweep. */
  readonly workers: number;
}

/**
 * Counts a sweep's trials and estimates what is left from how long the others took, and from how far the running ones are.
 * @param dir folder of the sweep
 * @param status what `sweepStatus` returned
 * @throws BbbError `E_STORE_IO`
 */
export async function sweepOutlook(dir: string, { trials, owner }: SweepStatus): Promise<Outlook> {
  const known = await timingsOf(dir, trials);
  const counts = { waiting: 0, running: 0, done: 0, 'stopped-early': 0, failed: 0, diverged: 0 };
  for (const { state } of trials) counts[state]++;
  const workers = Math.max(1, owner ? counts.running : usableCores());
  const etaSeconds = estimate(trials, known, workers);
  return { counts, ...known, workers, ...(etaSeconds === undefined ? {} : { etaSeconds }) };
}

/** How many trials of a label are read for its mean time. More would change little, and thousands of small files take seconds. */
const ENOUGH = 30;

type Known = Pick<Outlook, 'timings' | 'evaluations'>;

async function timingsOf(dir: string, trials: readonly IndexRow[]): Promise<Known> {
  const timings = new Map<string, { seconds: number; count: number }>();
  const evaluations = new Map<string, { seconds: number; count: number }>();
  for (const { id, label, state } of trials) {
    if (state !== 'done' || (timings.get(label)?.count ?? 0) >= ENOUGH) continue;
    const folder = trialFolder(dir, id);
    const seconds = await storing('read the attempts of a trial', () => readUsefulSeconds(folder));
    // The time is unknown until the last line of the trial's log is written, or for ever if that line was lost.
    if (seconds === undefined) continue;
    const epochs = await readEpochs(dir, id);
    const training = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
    add(timings, label, seconds);
    add(evaluations, label, Math.max(0, seconds - training));
  }
  return { timings, evaluations };
}

function add(sums: Map<string, { seconds: number; count: number }>, label: string, own: number): void {
  const { seconds, count } = sums.get(label) ?? { seconds: 0, count: 0 };
  sums.set(label, { seconds: seconds + own, count: count + 1 });
}

function estimate(trials: readonly IndexRow[], known: Known, workers: number): number | undefined {
  const open = trials.filter(({ state }) => state === 'waiting' || state === 'running');
  const left: number[] = [];
  for (const row of open) {
    const seconds =
      row.state === 'running' && row.epoch >= row.epochs ? evaluationLeft(row, known) : trialLeft(row, known);
    if (seconds === undefined) return undefined;
    left.push(seconds);
  }
  // With any number of workers, the sweep takes at least as long as its longest trial.
  return Math.max(0, left.reduce((sum, seconds) => sum + seconds, 0) / workers, ...left);
}

/** Seconds that a trial needs until it ends, if it waits or trains. */
function trialLeft({ label, state, epoch, epochs, phaseShare }: IndexRow, known: Known): number | undefined {
  const whole = meanOf(known.timings, label);
  if (whole === undefined) return undefined;
  const evaluation = meanOf(known.evaluations, label) ?? 0;
  const trained = (epoch + (state === 'running' ? phaseShare : 0)) / epochs;
  return (whole - evaluation) * (1 - trained) + evaluation;
}

/** The share of an evaluation after which its own pace is known. */
const PACE = 0.02;

/** Seconds until an evaluation ends: by its own pace, or at first by that of others. */
function evaluationLeft({ label, phaseShare, phaseSeconds }: IndexRow, known: Known): number | undefined {
  if (phaseShare > PACE) return (phaseSeconds * (1 - phaseShare)) / phaseShare;
  const mean = meanOf(known.evaluations, label);
  return mean === undefined ? undefined : Math.max(0, mean - phaseSeconds);
}

/** Mean seconds of a label, or of all trials if none of the label has ended. Undefined if none has ended at all. */
function meanOf(sums: Seconds, label: string): number | undefined {
  const own = sums.get(label);
  const those = own ? [own] : [...sums.values()];
  const count = those.reduce((sum, one) => sum + one.count, 0);
  return count === 0 ? undefined : those.reduce((sum, { seconds }) => sum + seconds, 0) / count;
}
