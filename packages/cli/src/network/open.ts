import {
  BbbError,
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
  /** The data that it was trained on. Undefined if neither its file nor its folder names them. */
  readonly trained: DataIdentity | undefined;
  readonly ops: Ops;
  close(): void;
}

/**
 * @param place a checkpoint or the folder of a trial
 * @param threads number of threads that compute. Default 1
 */
export async function openNetwork(place: string, registry: Registry, threads = 1): Promise<OpenNetwork> {
  const file = await readCheckpointFile(place);
  const checkpoint = decodeCheckpoint(file.bytes);
  const trained = await identityOfNetwork(file, checkpoint.trial);
  const { dispose, ops, ...open } = await openOn(checkpoint, registry, threads);
  const close = (): void => {
    dispose();
    ops.threads?.close();
  };
  return { ...open, file, checkpoint, trained, ops, close };
}

/** If a method needs its parameters as tfjs tensors, the network is opened on tensors, and one thread computes. */
async function openOn(
  checkpoint: TrialCheckpoint,
  registry: Registry,
  threads: number,
): Promise<OpenCheckpoint & { readonly ops: Ops }> {
  const ops = await startBackend(checkpoint.trial.numerics, threads);
  try {
    return { ...openCheckpoint(checkpoint, registry, ops), ops };
  } catch (error) {
    ops.threads?.close();
    if (!(error instanceof BbbError && error.code === 'E_TENSORS')) throw error;
    return openOn(checkpoint, registry, 1);
  }
}
