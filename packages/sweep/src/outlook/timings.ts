import type { IndexRow } from '@bbb/core';
import { readEpochs } from '../read.js';
import { readUsefulSeconds } from '../store/attempts.js';
import { storing } from '../store/errors.js';
import { trialFolder } from '../store/names.js';

/** Summed seconds and the number of summands, by label. */
export type Seconds = ReadonlyMap<string, { readonly seconds: number; readonly count: number }>;

/** What the trials so far took. */
export interface Timings {
  /** Seconds that whole trials took. Only the first 30 done trials of a label count. */
  readonly timings: Seconds;
  /** Seconds that their evaluations took, which is what they did after their epochs. */
  readonly evaluations: Seconds;
  /** Seconds that single epochs took, of labels of which no trial is done. */
  readonly epochs: Seconds;
}

/** How many trials of a label are read for its mean time. More would change little, and thousands of small files take seconds. */
const ENOUGH = 30;

/** Seconds that a done trial took, and its epochs alone. */
interface Spent {
  readonly whole: number;
  readonly training: number;
}

/** Reads what trials took. The files of a done trial are read only once. */
export function createTimings(dir: string): (trials: readonly IndexRow[]) => Promise<Timings> {
  const known = new Map<string, Spent>();
  const spent = async ({ id, sha256 }: IndexRow): Promise<Spent | undefined> => {
    const result = `${id} ${sha256}`;
    const read = known.get(result) ?? (await readSpent(dir, id));
    if (read) known.set(result, read);
    return read;
  };
  return async (trials) => {
    const timings = new Map<string, { seconds: number; count: number }>();
    const evaluations = new Map<string, { seconds: number; count: number }>();
    for (const row of trials) {
      const { label, state } = row;
      if (state !== 'done' || countOf(timings, label) >= ENOUGH) continue;
      const own = await spent(row);
      if (!own) continue;
      add(timings, label, own.whole);
      add(evaluations, label, Math.max(0, own.whole - own.training));
    }
    const begun = trials.filter(
      ({ label, state, epoch }) => isOpen(state) && epoch > 0 && !timings.has(label),
    );
    return { timings, evaluations, epochs: await epochsOf(dir, begun) };
  };
}

export const isOpen = (state: IndexRow['state']): boolean => state === 'waiting' || state === 'running';

async function readSpent(dir: string, id: string): Promise<Spent | undefined> {
  const whole = await storing('read the attempts of a trial', () => readUsefulSeconds(trialFolder(dir, id)));
  // The time is unknown until the last line of the trial's log is written, or for ever if that line was lost.
  if (whole === undefined) return undefined;
  const epochs = await readEpochs(dir, id);
  return { whole, training: epochs.reduce((sum, { seconds }) => sum + seconds, 0) };
}

async function epochsOf(dir: string, begun: readonly IndexRow[]): Promise<Seconds> {
  const epochs = new Map<string, { seconds: number; count: number }>();
  for (const { id, label } of begun) {
    if (countOf(epochs, label) >= ENOUGH) continue;
    for (const { seconds } of await readEpochs(dir, id)) add(epochs, label, seconds);
  }
  return epochs;
}

const countOf = (sums: Seconds, label: string): number => sums.get(label)?.count ?? 0;

export function add(sums: Map<string, { seconds: number; count: number }>, label: string, own: number): void {
  const { seconds, count } = sums.get(label) ?? { seconds: 0, count: 0 };
  sums.set(label, { seconds: seconds + own, count: count + 1 });
}

/** Mean seconds of a label, or of all trials if there is none of the label. Undefined if there is none at all. */
export function meanOf(sums: Seconds, label: string): number | undefined {
  return ownMean(sums, label) ?? mean([...sums.values()]);
}

/** Mean seconds of a label alone. */
export function ownMean(sums: Seconds, label: string): number | undefined {
  const own = sums.get(label);
  return own && mean([own]);
}

function mean(those: readonly { readonly seconds: number; readonly count: number }[]): number | undefined {
  const count = those.reduce((sum, one) => sum + one.count, 0);
  return count === 0 ? undefined : those.reduce((sum, { seconds }) => sum + seconds, 0) / count;
}
