import { randomUUID } from 'node:crypto';
import { closeSync, openSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { link, rename } from 'node:fs/promises';
import { dirname, join, basename } from 'node:path';
import { syncDescriptor, syncFolder } from './durable.js';

/**
 * Writes a file completely or not at all, even if the machine crashes: it writes a temporary file beside it, flushes that to disk, and
 * renames it. Throws the errors of the file system (a full disk, no permission), and then leaves no file behind.
 * @param path path of the file
 * @param bytes the content
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array | string): Promise<void> {
  await viaTemporary(path, bytes, (temporary) => rename(temporary, path));
}

/**
 * Like {@link writeFileAtomic}, but it never replaces a file: if the file exists, it returns false and changes nothing.
 * @param path path of the file
 * @param bytes the content
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
      // Not writeSync: on a full disk, writeSync stores less than it was given and reports no error.
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
