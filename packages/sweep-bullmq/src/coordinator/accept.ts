import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BbbError, toErrorRecord, type EpochMetrics, type TrialEnd } from '@bbb/core';
import { isStoreError, storing, TRIAL_FILES, unsealResult, writeCheckpoint } from '@bbb/sweep/host';
import type { JobEnd, StoredProgress } from '../protocol.js';
import type { Inbox } from '../transfer/inbox.js';
import type { EpochLog } from './epoch-log.js';

/** Where the files of a trial arrive, and where they belong. */
export interface Arrival {
  readonly inbox: Inbox;
  readonly folder: string;
  readonly log: EpochLog;
}

/**
 * Takes what a host handed over into the trial's folder: only this process writes there.
 * @param onEpochs told what a trial that is done measured
 * @returns how the attempt ended; files that did not arrive whole make it a failure, which is tried again
 */
export async function acceptEnd(
  { inbox, folder, log }: Arrival,
  id: string,
  { end, result, checkpoint, stored, host }: JobEnd,
  onEpochs: (epochs: readonly EpochMetrics[]) => void,
): Promise<TrialEnd> {
  try {
    if (stored) await acceptProgress({ inbox, folder, log }, stored);
    if (end.type !== 'done') return end;
    if (!result || !checkpoint)
      throw new BbbError('E_PARCEL', `${host} ended a trial without handing it over.`);
    const text = (await inbox.read(result)).toString('utf8');
    const { checkpointSha256, epochs } = unsealResult(text, id);
    if (checkpointSha256 !== checkpoint.sha256) {
      throw new BbbError('E_PARCEL', `The result of ${host} does not belong to the checkpoint it sent.`);
    }
    const target = join(folder, TRIAL_FILES.checkpoint);
    if (await inbox.has(checkpoint)) {
      await storing('store the final checkpoint', () => inbox.move(checkpoint, target));
    }
    // Otherwise an earlier run of this process has moved it, and died before the commit.
    for (const metrics of epochs) await log.add(metrics);
    onEpochs(epochs);
    return { type: 'done', text };
  } catch (thrown) {
    const error = toErrorRecord(thrown);
    return isStoreError(thrown) ? { type: 'fatal', error } : { type: 'failed', kind: 'error', error };
  }
}

/** Whether everything that an end speaks of is here, although this process did not hear of it when it came. */
export async function isComplete(
  { inbox, folder }: Pick<Arrival, 'inbox' | 'folder'>,
  { end, result, checkpoint }: JobEnd,
): Promise<boolean> {
  if (end.type !== 'done' || !result || !checkpoint || !(await inbox.has(result))) return false;
  if (await inbox.has(checkpoint)) return true;
  const moved = await readFile(join(folder, TRIAL_FILES.checkpoint)).catch(() => undefined);
  return moved?.length === checkpoint.bytes;
}

/** Stores an epoch's metrics, all up to it, and then its checkpoint. */
export async function acceptProgress(
  { inbox, folder, log }: Arrival,
  { epoch, checkpoint, metrics }: StoredProgress,
): Promise<void> {
  const lines = await inbox.read(metrics);
  const bytes = await inbox.read(checkpoint);
  await storing('store the progress of a trial', async () => {
    await log.replace(lines);
    await writeCheckpoint(folder, epoch, bytes);
  });
  await inbox.remove(metrics);
  await inbox.remove(checkpoint);
}
