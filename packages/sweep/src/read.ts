import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BbbError, type FailedTrial, type SweepData, type SweepDataset, type TrialResult } from '@bbb/core';
import { readAttempts, type Attempts } from './store/attempts.js';
import { leadingEpochs } from './store/epochs.js';
import { datasetsOf, type DataIdentity } from './store/data-identity.js';
import { storing } from './store/errors.js';
import { isMissing } from './store/files.js';
import { readJsonLines } from './store/json-lines.js';
import { TRIAL_FILES, trialFolder } from './store/names.js';
import { readResult } from './store/result-file.js';
import { readSweepRecord, type SweepRecord } from './store/sweep-record.js';
import type { EpochMetrics } from '@bbb/core';

/**
 * Reads what a sweep's folder holds, whether the sweep is finished, interrupted or running. Changes nothing: a damaged result counts as missing.
 * @param dir folder of the sweep
 * @throws BbbError `E_SWEEP_MISSING` for no folder, `E_NOT_A_SWEEP` for one of something else, `E_STORE_DAMAGED`,
 *   `E_STORE_IO`
 */
export async function readSweep(dir: string): Promise<SweepData> {
  const record = await openRecord(dir);
  const { config, trials, data } = record;
  const results: TrialResult[] = [];
  const failed: FailedTrial[] = [];
  const missing: string[] = [];
  const damage: Record<string, string> = {};
  const stoppedEarly: { id: string; epoch: number }[] = [];
  for (const { id } of trials) {
    const read = await readTrial(dir, id, data);
    if (read.result) results.push(read.result);
    else if (read.failed) failed.push(read.failed);
    else if (read.stoppedAt !== undefined) stoppedEarly.push({ id, epoch: read.stoppedAt });
    else missing.push(id);
    if (read.damaged !== undefined) damage[id] = read.damaged;
  }
  return {
    config,
    datasets: datasetsOfRecord(record),
    plan: trials,
    results,
    missing,
    damaged: Object.keys(damage),
    damage,
    failed,
    stoppedEarly,
  };
}

/**
 * The plan in a sweep's folder, read without the trials' folders. A search that learns adds trials while it runs.
 * @param dir folder of the sweep
 * @throws as {@link readSweep}
 */
export async function readPlan(dir: string): Promise<Pick<SweepData, 'config' | 'datasets' | 'plan'>> {
  const record = await openRecord(dir);
  return { config: record.config, datasets: datasetsOfRecord(record), plan: record.trials };
}

/**
 * The data sets that the results of a folder belong to, the main set first.
 * @param dir folder of the sweep
 * @throws as {@link readSweep}
 */
export async function readDatasets(dir: string): Promise<readonly SweepDataset[]> {
  return datasetsOfRecord(await openRecord(dir));
}

/** The state of one trial. */
export interface TrialReading {
  readonly result?: TrialResult;
  /** Present when it failed for good. */
  readonly failed?: FailedTrial;
  /** The epoch after which a scheduler ended it. */
  readonly stoppedAt?: number;
  /** Why its result counts as damaged. */
  readonly damaged?: string;
}

/**
 * Reads what a trial's folder holds. Changes nothing: a damaged result counts as missing.
 * @param dir folder of the sweep
 * @param id id of the trial
 * @param data the data of the sweep: a result of other data counts as damaged. Default: not known
 * @throws BbbError `E_STORE_IO`
 */
export async function readTrial(dir: string, id: string, data?: DataIdentity): Promise<TrialReading> {
  const folder = trialFolder(dir, id);
  const stored = await readResult(folder, id, data);
  if (stored.state === 'done') return { result: stored.result };
  const { failed, stoppedAt } = await attemptsOf(folder, id);
  if (failed) return { failed };
  if (stored.state === 'damaged') return { damaged: stored.reason };
  return stoppedAt === undefined ? {} : { stoppedAt };
}

/**
 * Seconds over all attempts of a trial that ended; undefined when none did.
 * @param dir folder of the sweep
 * @param id id of the trial
 * @throws BbbError `E_STORE_IO`
 */
export async function readSeconds(dir: string, id: string): Promise<number | undefined> {
  const { seconds } = await attemptsOf(trialFolder(dir, id), id);
  return seconds;
}

function attemptsOf(folder: string, id: string): Promise<Attempts> {
  return storing('read the attempts of a trial', () => readAttempts(folder, id, false));
}

/**
 * The metrics of a trial's epochs so far, whether it is done or still running. The list ends at the first damaged line.
 * @param dir folder of the sweep
 * @param id id of the trial
 * @throws BbbError `E_STORE_IO`
 */
export async function readEpochs(dir: string, id: string): Promise<readonly EpochMetrics[]> {
  const path = join(trialFolder(dir, id), TRIAL_FILES.metrics);
  const { values } = await storing('read the metrics of a trial', () => readJsonLines(path));
  return leadingEpochs(values);
}

/** The data sets that the results of a sweep belong to, the main set first. */
export function datasetsOfRecord({ trials, data, sets }: SweepRecord): SweepDataset[] {
  return datasetsOf(trials[0]?.trial.data, data, sets);
}

/** @throws as {@link readSweep} */
export async function openRecord(dir: string): Promise<SweepRecord> {
  try {
    if (!(await stat(dir)).isDirectory()) throw notASweep(dir);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new BbbError('E_SWEEP_MISSING', `There is no folder ${dir}.`, {
      hint: 'Give the folder that bbb sweep wrote.',
      cause: error,
    });
  }
  const record = await readSweepRecord(dir);
  if (!record) throw notASweep(dir);
  return record;
}

function notASweep(dir: string): BbbError {
  return new BbbError('E_NOT_A_SWEEP', `${dir} holds no sweep: there is no sweep.json in it.`, {
    hint: 'Give the folder that bbb sweep wrote.',
  });
}
