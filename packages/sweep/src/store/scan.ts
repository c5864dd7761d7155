import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FailedTrial, PlannedTrial } from '@bbb/core';
import { readAttempts } from './attempts.js';
import { checkpointEpochs, removeCheckpoints } from './checkpoints.js';
import { storing } from './errors.js';
import { isMissing, quarantine, remove } from './files.js';
import { isTemporary, TRIAL_FILES, trialFolder } from './names.js';
import { readResult } from './result-file.js';
import { sha256 } from './sealed.js';

/** Where one trial is, as its folder tells. */
export type TrialState =
  | {
      readonly state: 'done';
      readonly attempts: number;
      readonly epochs: number;
      readonly seconds: number;
      readonly sha256: string;
    }
  | { readonly state: 'failed'; readonly attempts: number; readonly failed: FailedTrial }
  | { readonly state: 'open'; readonly attempts: number };

/**
 * Reads a trial's folder and mends it: what a dead process left half-written goes, damaged results are set aside. Only
 * for the process that has the lock.
 * @param warn hears of everything that was damaged
 */
export async function scanTrial(
  dir: string,
  { id }: PlannedTrial,
  warn: (message: string) => void,
): Promise<TrialState> {
  const folder = trialFolder(dir, id);
  return storing('read a trial', async () => {
    const names = await namesIn(folder);
    if (names === undefined) return { state: 'open', attempts: 0 };
    for (const name of names.filter(isTemporary)) await remove(join(folder, name));
    const { started, failed } = await readAttempts(folder, id, true);
    const stored = await readResult(folder, id);
    if (stored.state === 'damaged') {
      const aside = await quarantine(join(folder, TRIAL_FILES.result));
      warn(
        `${TRIAL_FILES.result} is damaged (${stored.reason}); it is now ${aside} and the trial runs again.`,
      );
      return { state: 'open', attempts: started };
    }
    if (stored.state === 'missing') {
      return failed ? { state: 'failed', attempts: started, failed } : { state: 'open', attempts: started };
    }
    if (!names.includes(TRIAL_FILES.checkpoint)) {
      const aside = await quarantine(join(folder, TRIAL_FILES.result));
      warn(
        `${TRIAL_FILES.checkpoint} is gone; ${TRIAL_FILES.result} is now ${aside} and the trial runs again.`,
      );
      return { state: 'open', attempts: started };
    }
    if ((await checkpointEpochs(folder)).length > 0 || names.includes(TRIAL_FILES.checkpoints)) {
      await removeCheckpoints(folder);
    }
    const { epochs, environment } = stored.result;
    return {
      state: 'done',
      attempts: started,
      epochs: epochs.length,
      seconds: environment.seconds,
      sha256: sha256(stored.text),
    };
  });
}

async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
