import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  BbbError,
  writeFileAtomic,
  type EpochMetrics,
  type Trial,
  type TrialOutcome,
  type TrialResume,
} from '@bbb/core';
import { newestCheckpoint, writeCheckpoint } from './checkpoints.js';
import { leadingEpochs } from './epochs.js';
import { storing } from './errors.js';
import { append, writeFileWhole } from './files.js';
import { checkJson } from './finite.js';
import { cutTorn, readJsonLines } from './json-lines.js';
import { TRIAL_FILES } from './names.js';
import { sealResult } from './result-file.js';

/**
 * Loads the newest undamaged checkpoint of an interrupted trial, and the metrics up to it. Undefined if the trial must start over.
 * Damaged files are
 * cut off or set aside, with a warning.
 */
export async function loadProgress(
  folder: string,
  trial: Trial,
  warn: (message: string) => void,
): Promise<TrialResume | undefined> {
  const path = join(folder, TRIAL_FILES.metrics);
  if (!existsSync(path)) return undefined;
  return storing('read the progress of a trial', async () => {
    const lines = await readJsonLines(path);
    if (lines.torn) warn(`${TRIAL_FILES.metrics} ended in an incomplete line, which was removed.`);
    await cutTorn(path, lines);
    const epochs = leadingEpochs(lines.values);
    const checkpoint = await newestCheckpoint(folder, trial, epochs.length, warn);
    const kept = epochs.slice(0, checkpoint?.epoch ?? 0);
    if (kept.length < lines.values.length) {
      await writeFileAtomic(path, kept.map((metrics) => `${JSON.stringify(metrics)}\n`).join(''));
    }
    return checkpoint && { checkpoint: checkpoint.bytes, epochs: kept };
  });
}

/**
 * Stores the metrics of an epoch, and, when `due`, its checkpoint, after the metrics are durable.
 * @throws BbbError `E_DIVERGED` for metrics that are not finite; `E_DISK_FULL`, `E_STORE_IO`
 */
export async function storeEpoch(
  folder: string,
  metrics: EpochMetrics,
  due: boolean,
  checkpoint: () => Uint8Array,
): Promise<void> {
  checkJson(`Metrics of epoch ${metrics.epoch}`, metrics);
  await storing('store the metrics of an epoch', () =>
    append(join(folder, TRIAL_FILES.metrics), `${JSON.stringify(metrics)}\n`, due),
  );
  if (due) {
    const bytes = checkpoint();
    await storing('store a checkpoint', () => writeCheckpoint(folder, metrics.epoch, bytes));
  }
}

/**
 * Stores the state of a procedure. It replaces the checkpoint of the last epoch, because it contains that checkpoint.
 * @param last epochs of the trial
 * @throws BbbError `E_DISK_FULL`, `E_STORE_IO`
 */
export async function storeProcedure(
  folder: string,
  last: number,
  checkpoint: () => Uint8Array,
): Promise<void> {
  const bytes = checkpoint();
  await storing('store a checkpoint', () => writeCheckpoint(folder, last, bytes));
}

/**
 * Stores the final checkpoint and returns the text of result.json. Committing that text makes both durable.
 * @throws BbbError `E_DIVERGED`, `E_RESULT_SHAPE` naming the trial; `E_DISK_FULL`, `E_STORE_IO`
 */
export async function storeOutcome(folder: string, outcome: TrialOutcome): Promise<string> {
  const { result, checkpoint } = outcome;
  checkJson(`The result of trial ${result.id}`, result);
  if (createHash('sha256').update(checkpoint).digest('hex') !== result.checkpointSha256) {
    throw new BbbError(
      'E_RESULT_SHAPE',
      `The result of trial ${result.id} does not belong to its checkpoint.`,
      { hint: 'Store the result and the checkpoint that the same runTrial() returned.' },
    );
  }
  const text = sealResult(result);
  await storing('store the final checkpoint', async () =>
    writeFileWhole(join(folder, TRIAL_FILES.checkpoint), checkpoint),
  );
  return text;
}
