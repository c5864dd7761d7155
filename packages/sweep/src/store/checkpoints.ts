import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BbbError, canonicalJson, decodeCheckpoint, safeParse, writeFileAtomic, type Trial } from '@bbb/core';
import { z } from 'zod';
import { append, quarantine, remove } from './files.js';
import { cutTorn, readJsonLines } from './json-lines.js';
import { isOwnFile, readOwn } from './own-open.js';
import { epochCheckpoint, epochOf, TRIAL_FILES } from './names.js';

const lineSchema = z.looseObject({ epoch: z.int(), bytes: z.int(), sha256: z.string() });

/**
 * Stores the checkpoint of an epoch. Only the previous one is kept beside it, so that there is always a durable one.
 */
export async function writeCheckpoint(folder: string, epoch: number, bytes: Uint8Array): Promise<void> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  // The checksum is written first: a checkpoint without one is never used.
  const line = JSON.stringify({ epoch, bytes: bytes.length, sha256 });
  await append(join(folder, TRIAL_FILES.checkpoints), `${line}\n`, true);
  await writeFileAtomic(join(folder, epochCheckpoint(epoch)), bytes);
  const older = (await checkpointEpochs(folder)).filter((stored) => stored < epoch);
  for (const stored of older.slice(1)) await remove(join(folder, epochCheckpoint(stored)));
}

/** Epochs with a checkpoint file, the newest first. */
export async function checkpointEpochs(folder: string): Promise<number[]> {
  const epochs = (await readdir(folder)).map(epochOf).filter((epoch) => epoch !== undefined);
  return epochs.toSorted((a, b) => b - a);
}

/** Removes the checkpoints of a finished trial. The checksums are removed last: while they exist, a crash makes the next run do this again. */
export async function removeCheckpoints(folder: string): Promise<void> {
  const checksums = join(folder, TRIAL_FILES.checkpoints);
  if (!existsSync(checksums)) return;
  for (const epoch of await checkpointEpochs(folder)) await remove(join(folder, epochCheckpoint(epoch)));
  await remove(checksums);
}

/**
 * The newest undamaged checkpoint up to epoch `last`. Damaged ones are set aside.
 * @param warn called for every damaged one, with the reason
 */
export async function newestCheckpoint(
  folder: string,
  trial: Trial,
  last: number,
  warn: (message: string) => void,
): Promise<{ readonly epoch: number; readonly bytes: Uint8Array } | undefined> {
  const path = join(folder, TRIAL_FILES.checkpoints);
  const lines = await readJsonLines(path);
  await cutTorn(path, lines);
  // A trial with a procedure writes the checkpoint of its last epoch many times. Any of the versions whose checksum is listed is undamaged.
  const known = new Map<number, Set<string>>();
  for (const [epoch, sha256] of lines.values.flatMap((value) => entry(value)))
    known.set(epoch, (known.get(epoch) ?? new Set()).add(sha256));
  for (const epoch of await checkpointEpochs(folder)) {
    const name = epochCheckpoint(epoch);
    if (epoch > last) {
      // The metrics of this epoch were lost, so it is trained again and its checkpoint is written again.
      await remove(join(folder, name));
      continue;
    }
    const whole = isOwnFile(join(folder, name));
    const bytes = whole ? new Uint8Array(await readOwn(join(folder, name))) : new Uint8Array();
    const reason = whole ? damageOf(bytes, epoch, trial, known.get(epoch)) : 'it is not a file';
    if (reason === undefined) return { epoch, bytes };
    warn(`${name} is damaged (${reason}); it was moved to ${await quarantine(join(folder, name))}.`);
  }
  return undefined;
}

function entry(value: unknown): [number, string][] {
  const parsed = safeParse(lineSchema, value);
  return parsed.success ? [[parsed.data.epoch, parsed.data.sha256]] : [];
}

function damageOf(
  bytes: Uint8Array,
  epoch: number,
  trial: Trial,
  sha256: ReadonlySet<string> | undefined,
): string | undefined {
  if (sha256 === undefined) return 'its checksum is not known';
  if (!sha256.has(createHash('sha256').update(bytes).digest('hex'))) return 'its checksum is wrong';
  try {
    const stored = decodeCheckpoint(bytes);
    if (canonicalJson(stored.trial) !== canonicalJson(trial)) return 'it belongs to another trial';
    return stored.epoch === epoch ? undefined : `it is of epoch ${stored.epoch}`;
  } catch (error) {
    if (error instanceof BbbError) return error.message;
    throw error;
  }
}
