import { join } from 'node:path';
import { openRecord } from './read.js';
import { storing } from './store/errors.js';
import { quarantine } from './store/files.js';
import { openStore } from './store/index/open.js';
import { rowOf } from './store/index/rows.js';
import { sqlite } from './store/index/sqlite.js';
import { lockSweep } from './store/lock/lock.js';
import { TRIAL_FILES, trialFolder } from './store/names.js';
import type { DataIdentity } from './store/data-identity.js';
import type { Warn } from './store/open.js';
import { checkOwnFolders, isFree, isOwnFile, readOwn } from './store/own-open.js';
import { readResult } from './store/result-file.js';
import { scanTrial, type TrialState } from './store/scan.js';
import { sha256 } from './store/sealed.js';

/** What a repair found. */
export interface RepairReport {
  readonly done: number;
  readonly stoppedEarly: number;
  readonly failed: number;
  /** Trials that the next run of the sweep will run, again or for the first time. */
  readonly open: number;
  /** One entry for each file that was damaged and set aside. */
  readonly findings: readonly { readonly id?: string; readonly message: string }[];
}

/**
 * Checks every file of a sweep, checkpoints included, sets damaged ones aside and builds the index anew.
 * @param dir folder of the sweep
 * @throws BbbError as {@link readSweep}; `E_SWEEP_LOCKED` while the sweep runs; `E_DISK_FULL`
 */
export async function repairSweep(dir: string): Promise<RepairReport> {
  const { trials, data } = await openRecord(dir);
  const unlock = await lockSweep(dir);
  try {
    const findings: { id?: string; message: string }[] = [];
    const warn: Warn = (_code, message, id) =>
      findings.push(id === undefined ? { message } : { id, message });
    const states = new Map<string, TrialState>();
    for (const planned of trials) {
      await setForeignAside(dir, planned.id, warn);
      await checkCheckpoint(dir, planned.id, data, warn);
      const say = (message: string): void => warn('W_DAMAGED', message, planned.id);
      states.set(planned.id, await scanTrial(dir, planned, data, say));
    }
    const rows = trials.map((planned) => rowOf(planned, states.get(planned.id)));
    const index = await openStore(() => sqlite.open({ driver: 'auto' }, { dir, rows }), warn);
    await index?.close();
    const count = (state: TrialState['state']): number =>
      [...states.values()].filter((entry) => entry.state === state).length;
    return {
      done: count('done'),
      stoppedEarly: count('stopped-early'),
      failed: count('failed'),
      open: count('open'),
      findings,
    };
  } finally {
    await unlock();
  }
}

/** Sets aside anything that has the name of a trial's file but is not a file: a pipe, a link, a folder. */
async function setForeignAside(dir: string, id: string, warn: Warn): Promise<void> {
  await storing('check the files of a trial', async () => {
    checkOwnFolders(join(trialFolder(dir, id), TRIAL_FILES.trial));
    for (const name of Object.values(TRIAL_FILES)) {
      const path = join(trialFolder(dir, id), name);
      if (isFree(path) || isOwnFile(path)) continue;
      warn('W_DAMAGED', `${name} is not a file; it was moved to ${await quarantine(path)}.`, id);
    }
  });
}

/** Sets aside a final checkpoint whose hash differs from the one in the result. The scan then counts it as missing. */
async function checkCheckpoint(
  dir: string,
  id: string,
  data: DataIdentity | undefined,
  warn: Warn,
): Promise<void> {
  const folder = trialFolder(dir, id);
  const stored = await readResult(folder, id, data);
  if (stored.state !== 'done') return;
  const path = join(folder, TRIAL_FILES.checkpoint);
  await storing('check a checkpoint', async () => {
    if (isFree(path) || (isOwnFile(path) && sha256(await readOwn(path)) === stored.result.checkpointSha256))
      return;
    const aside = await quarantine(path);
    warn(
      'W_DAMAGED',
      `${TRIAL_FILES.checkpoint} is damaged (its checksum is wrong); it was moved to ${aside}.`,
      id,
    );
  });
}
