import type { PlannedTrial } from '@bbb/core';
import { storeError } from '../errors.js';
import { remove } from '../files.js';
import { indexFile } from '../names.js';
import type { TrialState } from '../scan.js';
import { sqlDrivers } from './database.js';
import { createIndex, initialRow, type IndexRow, type TrialIndex } from './trial-index.js';

/** The row that a trial's folder stands for. */
export function rowOf(planned: PlannedTrial, state: TrialState | undefined): IndexRow {
  const row = initialRow(planned);
  if (state === undefined) return row;
  const { attempts } = state;
  switch (state.state) {
    case 'open':
      return { ...row, attempts };
    case 'done':
      return { ...row, attempts, state: 'done', epoch: state.epochs, sha256: state.sha256 };
    case 'stopped-early':
      return { ...row, attempts, state: 'stopped-early', epoch: state.epochs };
    case 'failed': {
      const { kind, error } = state.failed;
      return {
        ...row,
        attempts,
        state: kind === 'diverged' ? 'diverged' : 'failed',
        error: error.message,
      };
    }
  }
}

/**
 * Builds the index anew from what the folders hold; a damaged file is replaced.
 * @returns undefined, after a warning, where there is no SQLite or it can't be written: nothing depends on the index
 * @throws BbbError `E_DISK_FULL`
 */
export async function rebuildIndex(
  dir: string,
  trials: readonly PlannedTrial[],
  states: ReadonlyMap<string, TrialState>,
  warn: (code: string, message: string) => void,
): Promise<TrialIndex | undefined> {
  const [driver] = sqlDrivers();
  if (!driver) {
    warn('W_INDEX', 'There is no SQLite on this platform: the sweep is run without its index.');
    return undefined;
  }
  const path = indexFile(dir);
  const rows = trials.map((planned) => rowOf(planned, states.get(planned.id)));
  try {
    // Whatever is there may be garbled, or another process may hold it open: a new file has neither trouble.
    for (const suffix of ['', '-wal', '-shm', '-journal']) await remove(`${path}${suffix}`);
    return createIndex(driver, path, rows);
  } catch (error) {
    const known = storeError('build the index', normalise(error));
    if ((known as { code?: unknown }).code === 'E_DISK_FULL') throw known;
    warn('W_INDEX', `The index can't be written, and is left out: ${(error as Error).message}`);
    return undefined;
  }
}

/** node:sqlite has the SQLite code as a number. */
export function normalise(error: unknown): unknown {
  const SQLITE_FULL = 13;
  if (!(error instanceof Error)) return error;
  const { errcode } = error as { errcode?: unknown };
  const full = errcode === SQLITE_FULL || /database or disk is full/.test(error.message);
  return full ? Object.assign(new Error(error.message), { code: 'SQLITE_FULL' }) : error;
}
