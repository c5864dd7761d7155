import { closeSync, fsync, openSync } from 'node:fs';
import { promisify } from 'node:util';

const flush = promisify(fsync);

/**
 * Makes what was written to an open file durable. Only this call waits for the disk, so only this call runs on another thread. For all other
 * work on small files, the way to another thread and back takes longer than the work.
 */
export const syncDescriptor = (file: number): Promise<void> => flush(file);

/**
 * Makes the content of a file durable.
 * @param path path of the file
 */
export async function syncFile(path: string): Promise<void> {
  await syncPath(path, 'r+');
}

/**
 * Makes the entries of a folder durable: files that were created, linked or renamed in it. Windows can't do this and does not need it.
 * @param path path of the folder
 */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform !== 'win32') await syncPath(path, 'r');
}

async function syncPath(path: string, flags: string): Promise<void> {
  const file = openSync(path, flags);
  try {
    await syncDescriptor(file);
  } finally {
    closeSync(file);
  }
}
