import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { BbbError } from '@bbb/core';
import { damagedPicture, wrongFolder } from './errors.js';

/** Larger files are refused. */
const MOST_BYTES = 268_435_456;

/**
 * The bytes of a picture's file.
 * @throws BbbError `E_DATA_SIZE` for a file that is too large, `E_DATA_UNREADABLE`, `E_DATA_FOLDER` for anything that is not a file
 */
export function readPicture(path: string): Uint8Array {
  try {
    const status = statSync(path);
    // A pipe is refused here, because opening it would block until another process writes to it.
    if (!status.isFile()) throw wrongFolder(`${path} is no file.`, 'Take it out of the folder.');
    if (status.size > MOST_BYTES) {
      throw new BbbError('E_DATA_SIZE', `${path} has ${status.size} bytes; the limit is ${MOST_BYTES}.`, {
        hint: 'Make it smaller, or take it out of the folder.',
      });
    }
    // Reading ten thousand small files by promises would take ten times as long.
    const bytes = readFileSync(path);
    if (bytes.length === 0) throw damagedPicture(path, 'it is empty (0 bytes)');
    return bytes;
  } catch (cause) {
    throw cause instanceof BbbError ? cause : unreadable(path, cause);
  }
}

/** The error for a file or folder that does not exist or may not be read. */
export function unreadable(path: string, cause: unknown): BbbError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  const reason =
    { ENOENT: 'it does not exist', EACCES: 'permission denied', ENOTDIR: 'it is not a folder' }[code] ?? code;
  return new BbbError('E_DATA_UNREADABLE', `${path} can't be read: ${reason}.`, {
    hint: 'Give a folder with one folder of pictures for each class. Check whether it is a link to something that was removed.',
    cause,
  });
}

export function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
