import {
  createRegistry,
  decodeCheckpoint,
  openCheckpoint,
  readCheckpointBytes,
  startBackend,
} from '@bbb/core';
import builtIns from '@bbb/plugins';

// Not run: it needs the checkpoint of a trial, which bbb sweep writes.
export async function networkOf(folder: string) {
  const bytes = await readCheckpointBytes(`${folder}/checkpoint.safetensors`);
  return openCheckpoint(decodeCheckpoint(bytes), createRegistry([builtIns]), await startBackend());
}
