import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { keptEpoch, type FailedTrial, type PlannedTrial } from '@bbb/core';
import { readAttempts, type Attempts } from './attempts.js';
import { removeCheckpoints } from './checkpoints.js';
import type { DataIdentity } from './data-identity.js';
import { storing } from './errors.js';
import { isMissing, quarantine, remove } from './files.js';
import { checkOwnFolders, isOwnFile } from './own-open.js';
import { epochOf, isTemporary, TRIAL_FILES, trialFolder } from './names.js';
import { readResult, type StoredResult } from './result-file.js';
import { sha256 } from './sealed.js';

/** The state of a trial, read from its folder. */
export type TrialState =
  | {
      readonly state: 'done';
      readonly attempts: number;
      readonly epochs: number;
      readonly seconds: number;
      /** Validation error of the weights that the trial kept; null without validation. */
      readonly validationError: number | null;
      readonly sha256: string;
    }
  | { readonly state: 'failed'; readonly attempts: number; readonly failed: FailedTrial }
  /** Ended by a scheduler after this many epochs, without a result. */
  | { readonly state: 'stopped-early'; readonly attempts: number; readonly epochs: number }
  | { readonly state: 'open'; readonly attempts: number };

/**
 * Reads the state of a trial without changing anything: a damaged result counts as none.
 * @throws BbbError `E_STORE_IO`
 */
export async function readState(
  dir: string,
  { id }: PlannedTrial,
  data: DataIdentity | undefined,
): Promise<TrialState> {
  const folder = trialFolder(dir, id);
  return storing('read a trial', async () =>
    stateFrom(await readAttempts(folder, id, false), await readResult(folder, id, data)),
  );
}

/**
 * Reads a trial's folder and repairs it: half-written files of a dead process are removed, damaged results are set aside. Only for the
 * process that has the lock.
 * @param data the data of the sweep, if known
 * @param warn called for everything that was damaged
 * @throws BbbError `E_DISK_FULL`, `E_STORE_IO`
 */
export async function scanTrial(
  dir: string,
  { id }: PlannedTrial,
  data: DataIdentity | undefined,
  warn: (message: string) => void,
): Promise<TrialState> {
  const folder = trialFolder(dir, id);
  return storing('read a trial', async () => {
    const names = await namesIn(folder);
    for (const name of names.filter(isTemporary)) await remove(join(folder, name));
    const attempts = await readAttempts(folder, id, true);
    const stored = await readResult(folder, id, data);
    const reason = damage(stored, isOwnFile(join(folder, TRIAL_FILES.checkpoint)));
    if (reason !== undefined) {
      const aside = await quarantine(join(folder, TRIAL_FILES.result));
      warn(`${reason}; ${TRIAL_FILES.result} was moved to ${aside}, and the trial runs again.`);
      return { state: 'open', attempts: attempts.started };
    }
    if (stored.state === 'done' && names.some(isLeftover)) await removeCheckpoints(folder);
    return stateFrom(attempts, stored);
  });
}

function stateFrom({ started, failed, stoppedAt }: Attempts, stored: StoredResult): TrialState {
  if (stored.state === 'done') {
    const { epochs, environment, trial } = stored.result;
    return {
      state: 'done',
      attempts: started,
      epochs: epochs.length,
      seconds: environment.seconds,
      validationError: keptEpoch(epochs, trial.select)?.validationError ?? null,
      sha256: sha256(stored.text),
    };
  }
  if (stored.state === 'missing' && failed) return { state: 'failed', attempts: started, failed };
  if (stored.state === 'missing' && stoppedAt !== undefined)
    return { state: 'stopped-early', attempts: started, epochs: stoppedAt };
  return { state: 'open', attempts: started };
}

/** The reason why an existing result can't be kept. */
function damage(stored: StoredResult, hasCheckpoint: boolean): string | undefined {
  if (stored.state === 'damaged') return `${TRIAL_FILES.result} can't be used (${stored.reason})`;
  const alone = stored.state === 'done' && !hasCheckpoint;
  return alone ? `${TRIAL_FILES.checkpoint} is gone` : undefined;
}

/** Whether a finished trial no longer needs this file. */
function isLeftover(name: string): boolean {
  return epochOf(name) !== undefined || name === TRIAL_FILES.checkpoints;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    checkOwnFolders(join(folder, TRIAL_FILES.trial));
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
