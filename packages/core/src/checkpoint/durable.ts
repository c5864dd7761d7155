import { closeSync, fsync, openSync } from 'node:fs';
import { promisify } from 'node:util';

const flush = promisify(fsync);

/**
 * Makes what was written to an open file durable. Only this waits for the disk, and so only this is done on another
 * thread: for everything else about small files, the trip there and back takes longer than the work.
 */
export const syncDescriptor = (file: number): Promise<void> => flush(file);

/** Makes what a file holds durable. */
export async function syncFile(path: string): Promise<void> {
  await syncPath(path, 'r+');
}

/** Makes the entries of a folder durable: files that were made, linked, renamed in it. Windows can't, and needs not. */
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
