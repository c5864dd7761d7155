import { randomUUID } from 'node:crypto';
import { closeSync, openSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { link, rename } from 'node:fs/promises';
import { dirname, join, basename } from 'node:path';
import { syncDescriptor, syncFolder } from './durable.js';

/**
 * Writes a file that is there whole or not at all, also after a crash: a temporary file beside it, flushed to disk, then
 * renamed. Errors (a full disk, no permission) are those of the file system, and leave nothing behind.
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array | string): Promise<void> {
  await viaTemporary(path, bytes, (temporary) => rename(temporary, path));
}

/**
 * Like {@link writeFileAtomic}, but never replaces: gives false, and changes nothing, when the file is already there.
 */
export async function writeFileOnce(path: string, bytes: Uint8Array | string): Promise<boolean> {
  return viaTemporary(path, bytes, async (temporary) => {
    try {
      await link(temporary, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      unlinkSync(temporary);
    }
  });
}

async function viaTemporary<T>(
  path: string,
  bytes: Uint8Array | string,
  commit: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const file = openSync(temporary, 'wx');
    try {
      // writeFileSync, not writeSync: on a full disk that stores less than asked and reports no error.
      writeFileSync(file, bytes);
      await syncDescriptor(file);
    } finally {
      closeSync(file);
    }
    const result = await commit(temporary);
    await syncFolder(dirname(path));
    return result;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
