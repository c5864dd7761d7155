import { access, readdir } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { BbbError, VERSION, type MetricSpec, type PlannedTrial } from '@bbb/core';
import type { Plan } from '../plan/plan.js';
import { checkSameData, type DataIdentity, type DataSummaries } from './data-identity.js';
import { storeError, storing } from './errors.js';
import { isMissing, makeFolder, quarantine, remove } from './files.js';
import { lockSweep } from './lock/lock.js';
import { isTemporary, sweepFile, trialsFolder } from './names.js';
import { reconcile } from './reconcile.js';
import { checkResultsData } from './results-data.js';
import { scanTrial, type TrialState } from './scan.js';
import { adoptShares } from './shares.js';
import { readSweepRecord, recordOf, sameSweep, writeSweepRecord, type SweepRecord } from './sweep-record.js';

/** A sweep's folder, locked by this process and repaired. */
export interface OpenSweep {
  readonly dir: string;
  /** What sweep.json holds. */
  readonly record: SweepRecord;
  /** All trials, in the order of the plan. */
  readonly trials: readonly PlannedTrial[];
  /** States of trials as they were found, by trial id. */
  readonly states: ReadonlyMap<string, TrialState>;
  /** Whether the folder held this sweep already. */
  readonly resumed: boolean;
  /** Releases the folder. */
  close(): Promise<void>;
}

export type Warn = (code: string, message: string, id?: string) => void;

export const OTHER_DATA = 'The data of this sweep are not those that it started with';

export interface OpenOptions {
  readonly extend: boolean;
  readonly warn: Warn;
  readonly takeOver?: boolean;
  /** Called when another process has taken the folder over. */
  readonly onLost?: (error: BbbError) => void;
  /** The data that were loaded. Default: not known. */
  readonly data?: DataIdentity | undefined;
  /** Summaries of these data. */
  readonly sets?: DataSummaries | undefined;
  /** The metric that the results are judged by. */
  readonly headline?: MetricSpec | undefined;
}

/**
 * Opens the folder of a sweep, makes it, or extends it.
 *
 * @throws BbbError `E_SWEEP_LOCKED`, `E_SWEEP_CHANGED`, `E_NOT_A_SWEEP` for a folder of something else, `E_DISK_FULL`,
 *   `E_STORE_IO`
 */
export async function openSweep(dir: string, plan: Plan, options: OpenOptions): Promise<OpenSweep> {
  await refuseForeign(dir);
  await storing('make the folder of the sweep', () => makeFolder(trialsFolder(dir)));
  const { takeOver, warn, onLost } = options;
  const unlock = await lockSweep(dir, {
    takeOver,
    onLost,
    onWait: ({ host, pid }, seconds) =>
      warn(
        'W_LOCK',
        `Process ${pid} on ${host} had this sweep: waiting up to ${seconds} s to see whether it is still alive.`,
      ),
  });
  try {
    const { record, resumed } = await settleRecord(dir, plan, options);
    await removeTemporary(dir);
    await adoptShares(dir, record);
    const states = new Map<string, TrialState>();
    for (const planned of record.trials) {
      const warn = (message: string): void => options.warn('W_DAMAGED', message, planned.id);
      states.set(planned.id, await scanTrial(dir, planned, record.data, warn));
    }
    return { dir, record, trials: record.trials, states, resumed, close: unlock };
  } catch (error) {
    await unlock().catch(() => undefined);
    throw error;
  }
}

/**
 * Checks whether {@link openSweep} would accept a folder for this plan. Changes nothing.
 * @returns the record that the folder would then hold, if it holds a sweep already
 * @throws BbbError `E_SWEEP_CHANGED`, `E_NOT_A_SWEEP`, `E_STORE_IO`
 */
export async function checkFolder(
  dir: string,
  plan: Plan,
  extend: boolean,
): Promise<SweepRecord | undefined> {
  await refuseForeign(dir);
  try {
    const stored = await readSweepRecord(dir);
    return stored && reconcile(stored, plan, extend);
  } catch (error) {
    // openSweep writes a damaged record again, from the plan.
    if (!(error instanceof BbbError) || error.code !== 'E_STORE_DAMAGED') throw error;
    return undefined;
  }
}

/** Reads, extends or writes the record. A damaged one is replaced, because the plan holds the same. */
async function settleRecord(
  dir: string,
  plan: Plan,
  { extend, warn, data, sets, headline }: OpenOptions,
): Promise<{ record: SweepRecord; resumed: boolean }> {
  let stored: SweepRecord | undefined;
  try {
    stored = await readSweepRecord(dir);
  } catch (error) {
    if (!(error instanceof BbbError) || error.code !== 'E_STORE_DAMAGED') throw error;
    const aside = await storing('set sweep.json aside', () => quarantine(sweepFile(dir)));
    warn('W_DAMAGED', `${error.message} It was moved to ${aside}, and written again.`);
  }
  if (stored?.data) checkSameData(OTHER_DATA, stored.data, data);
  else await checkResultsData(dir, OTHER_DATA, data);
  if (!stored) {
    const record = { ...recordOf(plan), data, sets, headline };
    await writeSweepRecord(dir, record);
    return { record, resumed: false };
  }
  const reconciled = reconcile(stored, plan, extend);
  const record = { ...reconciled, data: stored.data ?? data, sets: stored.sets ?? sets };
  const isCompleted = record.data !== stored.data || record.sets !== stored.sets;
  if (isCompleted || !sameSweep(record, stored)) await writeSweepRecord(dir, record);
  const { bbb, node } = stored.versions;
  if (bbb !== VERSION || node !== process.version) {
    const now = `bbb ${VERSION} on Node ${process.version}`;
    warn('W_VERSION', `This sweep was started by bbb ${bbb} on Node ${node}; it continues with ${now}.`);
  }
  return { record, resumed: true };
}

/** Refuses a folder that holds other files and no sweep. */
async function refuseForeign(dir: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(dir);
    await access(dir, constants.W_OK);
  } catch (error) {
    if (isMissing(error)) return;
    throw storeError('use the folder of the sweep', error);
  }
  const ours = (name: string): boolean => name === 'trials' || name.startsWith('sweep.') || isTemporary(name);
  if (names.length > 0 && !names.some(ours)) {
    throw new BbbError('E_NOT_A_SWEEP', `${dir} is not empty and holds no sweep.`, {
      hint: 'Choose another --dir: a new or empty folder.',
    });
  }
}

async function removeTemporary(dir: string): Promise<void> {
  for (const name of await readdir(dir)) if (isTemporary(name)) await remove(join(dir, name));
}
