import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  fsync,
  lstatSync,
  openSync,
  readFile,
  type Stats,
} from 'node:fs';
import { promisify } from 'node:util';
import { BbbError } from '@bbb/core';
import { ownFoldersOf } from './names.js';

const readWhole = promisify(readFile);
const flush = promisify(fsync);
/** Makes data written to an open file durable. */
export const flushData = promisify(fdatasync);

/** Windows has neither flag, and no pipes in folders. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

/** How a file of a sweep is opened. */
const FLAGS = {
  read: constants.O_RDONLY,
  /** The file must exist. */
  change: constants.O_RDWR,
  /** Creates the file where it is missing. */
  append: constants.O_RDWR | constants.O_APPEND | constants.O_CREAT,
};

/**
 * Opens a regular file of a sweep. All reads and writes in a sweep's folder use this function: a link could lead out of
 * the folder, reading a pipe would never end, and opening a device may do anything.
 *
 * @returns a descriptor of a regular file, for the caller to close
 * @throws BbbError `E_STORE_DAMAGED` for anything that is not a file; the errors of the file system
 */
export function openOwn(path: string, how: keyof typeof FLAGS): number {
  checkOwnFolders(path);
  // Merely opening a device may do something, so look first, and again once it is open.
  const before = lstatSync(path, { throwIfNoEntry: false });
  if (before && !before.isFile()) throw foreign(path, before);
  const file = openSync(path, FLAGS[how] | O_NOFOLLOW | O_NONBLOCK);
  const opened = fstatSync(file);
  if (opened.isFile()) return file;
  closeSync(file);
  throw foreign(path, opened);
}

/** Runs something with an open file of a sweep. @throws as {@link openOwn} */
export async function withOwn<T>(
  path: string,
  how: keyof typeof FLAGS,
  run: (file: number) => T | Promise<T>,
): Promise<T> {
  const file = openOwn(path, how);
  try {
    return await run(file);
  } finally {
    closeSync(file);
  }
}

/** Reads a file of a sweep. @throws as {@link openOwn} */
export function readOwn(path: string): Promise<Buffer> {
  return withOwn(path, 'read', (file) => readWhole(file));
}

/** Makes a file durable. @throws as {@link openOwn} */
export function syncOwn(path: string): Promise<void> {
  return withOwn(path, 'change', flush);
}

/** Whether there is a regular file at this path. */
export function isOwnFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Whether there is nothing at this path, not even a broken link. */
export function isFree(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined;
}

/**
 * Checks that the folders inside a sweep's folder are not links. The sweep's folder itself may be one, because the user named it.
 * @throws BbbError `E_STORE_DAMAGED`
 */
export function checkOwnFolders(path: string): void {
  for (const folder of ownFoldersOf(path)) {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found && !found.isDirectory()) throw foreign(folder, found);
  }
}

function foreign(path: string, found: Stats): BbbError {
  return new BbbError('E_STORE_DAMAGED', `${path} is ${kindOf(found)}, which bbb did not put there.`, {
    hint: 'Move it away and run the same command again; nothing in the folder of a sweep may be a link.',
  });
}

function kindOf(found: Stats): string {
  if (found.isSymbolicLink()) return 'a symbolic link';
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  if (found.isDirectory()) return 'a folder';
  return found.isFile() ? 'a file' : 'a device';
}
