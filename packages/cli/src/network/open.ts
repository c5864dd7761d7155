import {
  decodeCheckpoint,
  openCheckpoint,
  startBackend,
  type OpenCheckpoint,
  type Registry,
  type TrialCheckpoint,
} from '@bbb/core';
import type { DataIdentity } from '@bbb/sweep';
import { identityOfNetwork } from './identity.js';
import { readCheckpointFile, type CheckpointFile } from './read.js';

export type Ops = Awaited<ReturnType<typeof startBackend>>;

/** A stored network, ready to be measured or pruned. */
export interface OpenNetwork extends Omit<OpenCheckpoint, 'dispose'> {
  readonly file: CheckpointFile;
  readonly checkpoint: TrialCheckpoint;
  /** What it was trained on; undefined where nobody tells. */
  readonly trained: DataIdentity | undefined;
  readonly ops: Ops;
  close(): void;
}

/** @param place a checkpoint or the folder of a trial */
export async function openNetwork(place: string, registry: Registry): Promise<OpenNetwork> {
  const file = await readCheckpointFile(place);
  const checkpoint = decodeCheckpoint(file.bytes);
  const trained = await identityOfNetwork(file, checkpoint.trial);
  const ops = await startBackend(checkpoint.trial.numerics);
  const { dispose, ...open } = openCheckpoint(checkpoint, registry, ops);
  return { ...open, file, checkpoint, trained, ops, close: dispose };
}
