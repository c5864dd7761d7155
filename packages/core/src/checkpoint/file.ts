import { randomUUID } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname, join, basename } from 'node:path';

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
      await rm(temporary, { force: true });
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
    const file = await open(temporary, 'wx');
    try {
      // writeFile, not write: on a full disk write stores less than asked and reports no error.
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    const result = await commit(temporary);
    await syncFolder(dirname(path));
    return result;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes a rename or link in the folder durable; where folders can't be synced (Windows), there is nothing to do. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
