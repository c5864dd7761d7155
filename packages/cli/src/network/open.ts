import {
  decodeCheckpoint,
  openCheckpoint,
  startBackend,
  type Model,
  type Params,
  type Registry,
  type Trial,
  type TrialCheckpoint,
} from '@bbb/core';
import type { DataIdentity } from '@bbb/sweep';
import { identityOfNetwork } from './identity.js';
import { readCheckpointFile, type CheckpointFile } from './read.js';

export type Ops = Awaited<ReturnType<typeof startBackend>>;

/** A stored network, ready to be measured or pruned. */
export interface OpenNetwork {
  readonly file: CheckpointFile;
  readonly checkpoint: TrialCheckpoint;
  readonly trial: Trial;
  /** What it was trained on; undefined where nobody tells. */
  readonly trained: DataIdentity | undefined;
  readonly ops: Ops;
  readonly model: Model;
  /** Those that its trial selected: the last ones, or the best. */
  readonly params: Params;
  close(): void;
}

/** @param place a checkpoint or the folder of a trial */
export async function openNetwork(place: string, registry: Registry): Promise<OpenNetwork> {
  const file = await readCheckpointFile(place);
  const checkpoint = decodeCheckpoint(file.bytes);
  const trained = await identityOfNetwork(file, checkpoint.trial);
  const ops = await startBackend(checkpoint.trial.numerics);
  const { trial, model, params, dispose } = openCheckpoint(checkpoint, registry, ops);
  return { file, checkpoint, trial, trained, ops, model, params, close: dispose };
}
