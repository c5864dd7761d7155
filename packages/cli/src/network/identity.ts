import { basename, dirname, resolve } from 'node:path';
import { decodeSafetensors, safeParse, trialId, type Trial } from '@bbb/core';
import { trainedOn, type DataIdentity } from '@bbb/sweep';
import { z } from 'zod';
import type { CheckpointFile } from './read.js';

/** The metadata of a pruned checkpoint that names the data its network was trained on: the file may leave the folder of its trial. */
export const DATA = 'data';

const identitySchema = z.record(z.string(), z.record(z.string(), z.string()));

/** The data that a stored network was trained on, from its own file or its folder. Undefined if neither names them. */
export async function identityOfNetwork(
  { path, bytes }: CheckpointFile,
  trial: Trial,
): Promise<DataIdentity | undefined> {
  const own = parse(decodeSafetensors(bytes).metadata[DATA]);
  if (own) return own;
  const folder = dirname(resolve(path));
  const inSweep = basename(dirname(folder)) === 'trials' && basename(folder) === trialId(trial);
  return inSweep ? trainedOn(dirname(dirname(folder)), basename(folder)) : undefined;
}

function parse(text: string | undefined): DataIdentity | undefined {
  try {
    return safeParse(identitySchema, JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}
