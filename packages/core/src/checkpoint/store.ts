import { readFile, stat } from 'node:fs/promises';
import { decodeSafetensors, type SafetensorsFile } from './decode.js';
import type { SafeTensor } from './dtype.js';
import { encodeSafetensors } from './encode.js';
import { CheckpointError } from './error.js';
import { writeFileAtomic } from './file.js';

/**
 * Writes tensors to a safetensors file, completely or not at all.
 * @param path path of the file
 * @param tensors numbers with their shapes, by name
 * @param metadata texts by name, kept in the header. Default: none
 * @throws CheckpointError `E_CHECKPOINT_TENSOR`, and the errors of the file system (a full disk, no permission)
 */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, SafeTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeFileAtomic(path, encodeSafetensors(tensors, metadata));
}

/**
 * Reads tensors from a safetensors file.
 * @param path path of the file
 * @throws CheckpointError as {@link readCheckpointBytes} and {@link decodeSafetensors}, naming the file
 */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  const bytes = await readCheckpointBytes(path);
  try {
    return decodeSafetensors(bytes);
  } catch (thrown) {
    if (!(thrown instanceof CheckpointError)) throw thrown;
    throw new CheckpointError(
      'E_CHECKPOINT_DAMAGED',
      `${path}: ${thrown.message}`,
      thrown.hint ?? 'Use another checkpoint.',
      thrown,
    );
  }
}

/**
 * The bytes of a file.
 * @param path path of the file
 * @throws CheckpointError `E_CHECKPOINT_MISSING`; `E_CHECKPOINT_UNREADABLE` for a folder or a device, or without permission
 */
export async function readCheckpointBytes(path: string): Promise<Uint8Array> {
  try {
    // Reading a device may never end, and reading a pipe may never begin.
    if (!(await stat(path)).isFile()) throw new Error('it is not a regular file');
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) {
      throw new CheckpointError(
        'E_CHECKPOINT_MISSING',
        `There is no checkpoint ${path}.`,
        'Give the checkpoint.safetensors of a trial folder.',
        cause,
      );
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CheckpointError(
      'E_CHECKPOINT_UNREADABLE',
      `The checkpoint ${path} can't be read: ${reason}.`,
      'Give a file that you may read.',
      cause,
    );
  }
}
