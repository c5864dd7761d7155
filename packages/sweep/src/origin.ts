import { basename, resolve } from 'node:path';
import { readLastEnd } from './store/attempts.js';
import { storing } from './store/errors.js';
import { trialFolder } from './store/names.js';
import { openRecord } from './read.js';

/** The name and date of a sweep, which reports show beside its results. */
export interface SweepOrigin {
  /** The name of its folder. */
  readonly name: string;
  /** The day on which its last attempt at a trial ended, in UTC, e.g. `2026-11-27`. Absent while none has ended. */
  readonly date?: string;
}

/**
 * The name and date of a sweep. Results themselves hold no clock time: the same trial gives the same bytes on any day.
 * @param dir folder of the sweep
 * @throws BbbError `E_SWEEP_MISSING`, `E_NOT_A_SWEEP`, `E_STORE_DAMAGED`, `E_STORE_IO`
 */
export async function readOrigin(dir: string): Promise<SweepOrigin> {
  const { trials } = await openRecord(dir);
  const ends = await Promise.all(
    trials.map(({ id }) => storing('read the attempts of a trial', () => readLastEnd(trialFolder(dir, id)))),
  );
  const last = ends
    .flatMap((end) => end ?? [])
    .toSorted()
    .at(-1);
  return { name: basename(resolve(dir)), ...(last === undefined ? {} : { date: last.slice(0, 10) }) };
}
