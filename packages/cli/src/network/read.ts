import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors/usage.js';
import { isSparse, unpackSparse } from './sparse.js';

export interface CheckpointFile {
  readonly path: string;
  /** Safetensors, unpacked if the file is a sparse one. */
  readonly bytes: Uint8Array;
  /** On disk. */
  readonly size: number;
}

/** @param place a checkpoint, dense or sparse, or the folder of a trial */
export async function readCheckpointFile(place: string): Promise<CheckpointFile> {
  const path = await locate(place);
  const stored = await readFile(path);
  return { path, bytes: isSparse(stored) ? unpackSparse(stored) : stored, size: stored.length };
}

async function locate(place: string): Promise<string> {
  if (!(await stat(place)).isDirectory()) return place;
  const path = join(place, 'checkpoint.safetensors');
  if (await exists(path)) return path;
  throw new UsageError(
    `${place} holds no checkpoint.safetensors.`,
    (await exists(join(place, 'sweep.json')))
      ? `It is a whole sweep: give one of the folders in ${join(place, 'trials')}.`
      : 'Give a checkpoint, or the folder of a trial that is done.',
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
