import { join } from 'node:path';
import {
  BbbError,
  canonicalJson,
  decodeCheckpoint,
  safeParse,
  toErrorRecord,
  writeFileAtomic,
  type EpochMetrics,
  type PlannedTrial,
  type Trial,
  type TrialEnd,
} from '@bbb/core';
import {
  checkEpochs,
  epochsSchema,
  isOwnFile,
  isStoreError,
  readOwn,
  senseless,
  storing,
  TRIAL_FILES,
  unsealResult,
  writeCheckpoint,
} from '@bbb/sweep/host';
import { jobEndSchema, type JobEnd, type StoredProgress } from '../protocol.js';
import type { TrialInbox } from '../transfer/inbox.js';
import type { EpochLog } from './epoch-log.js';
import { parseLine } from './parse-line.js';

const RUNS_AGAIN =
  'The trial runs again. If this happens again, run the same version of bbb on all machines.';

/** The inbox of a trial, and the folder that its files belong in. */
export interface Arrival {
  readonly planned: PlannedTrial;
  readonly inbox: TrialInbox;
  readonly folder: string;
  readonly log: EpochLog;
}

/**
 * Moves the files of a host into the trial's folder; only this process writes there.
 * @param said the return value of the job, not checked yet
 * @param onEpochs called with all epochs of a finished trial
 * @returns how the attempt ended. Invalid messages and incomplete files make it a failure, which is tried again.
 */
export async function acceptEnd(
  arrival: Arrival,
  said: unknown,
  onEpochs: (epochs: readonly EpochMetrics[]) => void,
): Promise<TrialEnd> {
  try {
    const ended = readEnd(arrival.planned, said);
    if (ended.stored) await acceptProgress(arrival, ended.stored);
    if (ended.end.type !== 'done') return ended.end;
    return { type: 'done', text: await acceptResult(arrival, ended, onEpochs) };
  } catch (thrown) {
    const error = toErrorRecord(thrown);
    return isStoreError(thrown) ? { type: 'fatal', error } : { type: 'failed', kind: 'error', error };
  }
}

/** @throws BbbError `E_MESSAGE` */
function readEnd({ trial }: PlannedTrial, said: unknown): JobEnd {
  const parsed = safeParse(jobEndSchema, said);
  if (!parsed.success) throw senseless('The host', parsed.error);
  const { end, stored } = parsed.data;
  try {
    for (const { epoch } of stored ? [stored] : [])
      checkEpochs({ type: 'stopped', epoch }, trial.training.epochs);
    if (end.type === 'stopped') checkEpochs(end, trial.training.epochs);
  } catch (cause) {
    throw senseless('The host', cause);
  }
  return parsed.data;
}

/** Takes the result of a trial and its checkpoint. @returns the text of result.json */
async function acceptResult(
  { planned, inbox, folder, log }: Arrival,
  { result, checkpoint, host }: JobEnd,
  onEpochs: (epochs: readonly EpochMetrics[]) => void,
): Promise<string> {
  if (!result || !checkpoint)
    throw new BbbError('E_PARCEL', `${host} said that a trial ended, but sent no result.`, {
      hint: RUNS_AGAIN,
    });
  const text = (await inbox.read(result)).toString('utf8');
  const { checkpointSha256, epochs } = ofHost(host, () => {
    const { checkpointSha256, epochs } = unsealResult(text, planned.id);
    return { checkpointSha256, epochs: epochsSchema.parse(epochs) };
  });
  if (checkpointSha256 !== checkpoint.sha256)
    throw new BbbError('E_PARCEL', `The result of ${host} does not belong to the checkpoint it sent.`, {
      hint: RUNS_AGAIN,
    });
  const target = join(folder, TRIAL_FILES.checkpoint);
  if (inbox.has(checkpoint)) {
    const bytes = await inbox.read(checkpoint);
    ofHost(host, () => checkCheckpoint(bytes, planned.trial));
    await storing('store the final checkpoint', () => writeFileAtomic(target, bytes));
    await inbox.remove(checkpoint);
  }
  // If the file is gone, an earlier run of this process moved it and died before the commit.
  for (const metrics of epochs) await log.add(metrics);
  onEpochs(epochs);
  return text;
}

/** Turns an error about a host's file into `E_PARCEL`: the store itself is not damaged. @throws BbbError `E_PARCEL` */
function ofHost<T>(host: string, check: () => T): T {
  try {
    return check();
  } catch (cause) {
    throw new BbbError(
      'E_PARCEL',
      `The files that ${host} sent do not belong to the trial: ${(cause as Error).message}`,
      { hint: RUNS_AGAIN, cause },
    );
  }
}

/** @param epoch that the checkpoint must be of; absent for the final one */
function checkCheckpoint(bytes: Uint8Array, trial: Trial, epoch?: number): void {
  const stored = decodeCheckpoint(bytes);
  if (canonicalJson(stored.trial) !== canonicalJson(trial))
    throw new Error('its checkpoint is of another trial');
  if (epoch !== undefined && stored.epoch !== epoch)
    throw new Error(`its checkpoint is of epoch ${stored.epoch}, not ${epoch}`);
}

/** Whether all files of a finished trial have arrived, even if this process missed the message. */
export async function isComplete({ inbox, folder }: Arrival, said: unknown): Promise<boolean> {
  const { end, result, checkpoint } = safeParse(jobEndSchema, said).data ?? {};
  if (end?.type !== 'done' || !result || !checkpoint || !inbox.has(result)) return false;
  if (inbox.has(checkpoint)) return true;
  const path = join(folder, TRIAL_FILES.checkpoint);
  return isOwnFile(path) && (await readOwn(path)).length === checkpoint.bytes;
}

/**
 * Stores the metrics up to an epoch, and then its checkpoint.
 * @throws BbbError `E_PARCEL` for files that are incomplete or belong to another trial; `E_DISK_FULL`, `E_STORE_IO`
 */
export async function acceptProgress(
  { planned, inbox, folder, log }: Arrival,
  { epoch, checkpoint, metrics }: StoredProgress,
): Promise<void> {
  const text = await inbox.read(metrics);
  const bytes = await inbox.read(checkpoint);
  const lines = ofHost('the host', () => {
    checkCheckpoint(bytes, planned.trial, epoch);
    return linesOf(text, epoch);
  });
  await storing('store the progress of a trial', async () => {
    await log.replace(lines);
    await writeCheckpoint(folder, epoch, bytes);
  });
  await inbox.remove(metrics);
  await inbox.remove(checkpoint);
}

/** The lines of metrics.jsonl up to an epoch, each checked to hold numbers only. */
function linesOf(text: Buffer, epoch: number): string[] {
  const lines = text.toString('utf8').trimEnd().split('\n');
  const epochs = epochsSchema.parse(lines.map(parseLine));
  if (epochs.length !== epoch) throw new Error(`its metrics are of ${epochs.length} epochs, not ${epoch}`);
  return lines;
}
