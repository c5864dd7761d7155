import { createHash } from 'node:crypto';
import type { DataPart, Features, Targets } from '@bbb/core';

/** Zeros in shared memory, so that all workers use one copy. */
export const sharedFloats = (length: number): Float32Array<SharedArrayBuffer> =>
  new Float32Array(new SharedArrayBuffer(4 * length));
export const sharedBytes = (length: number): Uint8Array<SharedArrayBuffer> =>
  new Uint8Array(new SharedArrayBuffer(length));

/** SHA-256 of the numbers as they are stored (little-endian, as on every machine that runs Node). */
function sha256Of(values: Features | Targets): string {
  return createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');
}

/** SHA-256 of the features and targets of a part that was not read from a file. */
export function partHashes(name: string, { features, targets }: DataPart): Record<string, string> {
  return { [`${name}-features`]: sha256Of(features), [`${name}-targets`]: sha256Of(targets) };
}

/** An empty test part, for a set that has no test examples. A trial then holds out some of the training examples. */
export function emptyPart({ features, targets }: DataPart): DataPart {
  const none = <T extends Features>(like: T): T => like.slice(0, 0) as T;
  return { features: none(features), targets: none(targets), count: 0 };
}
