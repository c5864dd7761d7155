import type { IndexRow, IndexState } from '@bbb/core';
import { usableCores } from '../executor/cores.js';
import type { SweepStatus } from '../status.js';
import { add, createTimings, isOpen, meanOf, ownMean, type Seconds, type Timings } from './timings.js';

/** How far a sweep has come, as another process sees it. */
export interface Outlook {
  readonly counts: Readonly<Record<IndexState, number>>;
  /** Summed seconds that whole trials took, and their number, by label. Only the first 30 done trials of a label count. */
  readonly timings: Seconds;
  /** The same of their evaluations, which is what they did after their epochs. */
  readonly evaluations: Seconds;
  /** Estimated seconds until all trials have ended. Absent while it can't be estimated, 0 when no trial is left. */
  readonly etaSeconds?: number;
  /**
   * While no trial is done: the number of epochs that the estimate is based on. The estimate is a lower limit then, because it has no whole
   * evaluation to go by. Absent once a trial is done.
   */
  readonly fromEpochs?: number;
  /** Trials at a time that the estimate assumes: those that run now, or the number of cores if no process runs the sweep. */
  readonly workers: number;
}

/**
 * Counts a sweep's trials and estimates what is left from how long the others took, and from how far the running ones are. Before any trial is
 * done, the estimate is based on the epochs so far.
 * @param dir folder of the sweep
 * @param status what `sweepStatus` returned
 * @throws BbbError `E_STORE_IO`
 */
export function sweepOutlook(dir: string, status: SweepStatus): Promise<Outlook> {
  return createOutlook(dir)(status);
}

/**
 * {@link sweepOutlook} for a folder that is looked at repeatedly: the files of a done trial are read only once.
 * @param dir folder of the sweep
 */
export function createOutlook(dir: string): (status: SweepStatus) => Promise<Outlook> {
  const timingsOf = createTimings(dir);
  return async ({ trials, owner }) => {
    const known = await timingsOf(trials);
    const counts = { waiting: 0, running: 0, done: 0, 'stopped-early': 0, failed: 0, diverged: 0 };
    for (const { state } of trials) counts[state]++;
    const workers = Math.max(1, owner ? counts.running : usableCores());
    const { timings, evaluations } = known;
    return { counts, timings, evaluations, workers, ...estimate(trials, known, workers) };
  };
}

function estimate(
  trials: readonly IndexRow[],
  known: Timings,
  workers: number,
): Pick<Outlook, 'etaSeconds' | 'fromEpochs'> {
  const evaluations = known.evaluations.size > 0 ? known.evaluations : evaluationPaces(trials);
  const open = trials.filter(({ state }) => isOpen(state));
  const left: number[] = [];
  for (const row of open) {
    const evaluates = row.state === 'running' && row.epoch >= row.epochs;
    const seconds = evaluates ? evaluationLeft(row, evaluations) : trialLeft(row, { ...known, evaluations });
    if (seconds !== undefined) left.push(seconds);
    // What the first evaluations take is not known when they begin: the epochs of the other trials make a lower limit.
    else if (!evaluates) return {};
  }
  if (left.length === 0 && open.length > 0) return {};
  const fromEpochs = [...known.epochs.values()].reduce((sum, { count }) => sum + count, 0);
  return {
    // With any number of workers, the sweep takes at least as long as its longest trial.
    etaSeconds: Math.max(0, left.reduce((sum, seconds) => sum + seconds, 0) / workers, ...left),
    ...(known.timings.size === 0 && fromEpochs > 0 ? { fromEpochs } : {}),
  };
}

/** Seconds that a trial needs until it ends, if it waits or trains. */
function trialLeft(row: IndexRow, known: Timings): number | undefined {
  const { label, state, epoch, epochs, phaseShare } = row;
  const training = trainingSeconds(row, known);
  if (training === undefined) return undefined;
  const trained = (epoch + (state === 'running' ? phaseShare : 0)) / epochs;
  return training * (1 - trained) + (meanOf(known.evaluations, label) ?? 0);
}

/** Seconds that all epochs of a trial take, by others of its label if there are any. */
function trainingSeconds({ label, epochs: count }: IndexRow, known: Timings): number | undefined {
  const { timings, evaluations, epochs } = known;
  const pace = ownMean(epochs, label) ?? (timings.size === 0 ? meanOf(epochs, label) : undefined);
  if (pace !== undefined) return pace * count;
  const whole = meanOf(timings, label);
  return whole === undefined ? undefined : whole - (meanOf(evaluations, label) ?? 0);
}

/** The share of an evaluation after which its own pace is known. */
const PACE = 0.02;

/** What evaluations under way will have taken, by their own pace. */
function evaluationPaces(trials: readonly IndexRow[]): Seconds {
  const paces = new Map<string, { seconds: number; count: number }>();
  for (const { label, state, epoch, epochs, phaseShare, phaseSeconds } of trials) {
    if (state === 'running' && epoch >= epochs && phaseShare > PACE)
      add(paces, label, phaseSeconds / phaseShare);
  }
  return paces;
}

/** Seconds until an evaluation ends: by its own pace, or at first by that of others. */
function evaluationLeft(
  { label, phaseShare, phaseSeconds }: IndexRow,
  evaluations: Seconds,
): number | undefined {
  if (phaseShare > PACE) return (phaseSeconds * (1 - phaseShare)) / phaseShare;
  const mean = meanOf(evaluations, label);
  return mean === undefined ? undefined : Math.max(0, mean - phaseSeconds);
}
