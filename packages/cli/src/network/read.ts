import { readFile, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { BbbError } from '@bbb/core';
import { readTrial } from '@bbb/sweep';
import { UsageError } from '../errors/usage.js';
import { isSparse, unpackSparse } from './sparse.js';

const CHECKPOINT = 'checkpoint.safetensors';

export interface CheckpointFile {
  readonly path: string;
  /** The content as safetensors, unpacked if the file is a sparse one. */
  readonly bytes: Uint8Array;
  /** Size of the file, bytes. */
  readonly size: number;
}

/**
 * @param place a checkpoint, dense or sparse, or the folder of a trial
 * @throws BbbError `E_STORE_DAMAGED` for the checkpoint of a trial whose result has another checksum
 */
export async function readCheckpointFile(place: string): Promise<CheckpointFile> {
  const path = await locate(place);
  const stored = await readFile(path);
  await compareWithResult(path, stored);
  return { path, bytes: isSparse(stored) ? unpackSparse(stored) : stored, size: stored.length };
}

/** Refuses a checkpoint that differs from the one in the trial's result, because its metrics would be shown as those of the trial's network. */
async function compareWithResult(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(resolve(path));
  if (basename(path) !== CHECKPOINT || basename(dirname(folder)) !== 'trials') return;
  const { result } = await readTrial(dirname(dirname(folder)), basename(folder));
  if (!result || result.checkpointSha256 === createHash('sha256').update(bytes).digest('hex')) return;
  throw new BbbError('E_STORE_DAMAGED', `${path} does not match its result, which has another SHA-256.`, {
    hint: `bbb sweep repair ${dirname(dirname(folder))} sets it aside; the sweep's own command trains it again.`,
  });
}

async function locate(place: string): Promise<string> {
  if (!(await stat(place)).isDirectory()) return place;
  const path = join(place, CHECKPOINT);
  if (await exists(path)) return path;
  throw new UsageError(
    `There is no ${CHECKPOINT} in ${place}.`,
    (await exists(join(place, 'sweep.json')))
      ? `It is the folder of a whole sweep: give one of the folders in ${join(place, 'trials')}.`
      : 'Give a checkpoint, or the folder of a trial that is done.',
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
