import { BbbError, isDiskFull } from '@bbb/core';

/**
 * Runs something that reads or writes the store; failures of the file system become coded errors.
 * @param doing for the message, e.g. `write result.json`
 * @throws BbbError `E_DISK_FULL` or `E_STORE_IO`
 */
export async function storing<T>(doing: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw storeError(doing, error);
  }
}

export function storeError(doing: string, error: unknown): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  if (error instanceof BbbError || typeof code !== 'string' || !/^(E[A-Z]+|SQLITE_FULL)$/.test(code))
    return error;
  const where = path === undefined ? '' : ` (${path})`;
  if (isDiskFull(error) || code === 'SQLITE_FULL') {
    return new BbbError('E_DISK_FULL', `The disk is full: can't ${doing}${where}.`, {
      hint: 'Free some space and run the same command again: finished trials are kept.',
      cause: error,
    });
  }
  return new BbbError('E_STORE_IO', `Can't ${doing}${where}: ${reason(code)}.`, {
    hint: HINTS[code] ?? 'Correct that and run the same command again: finished trials are kept.',
    cause: error,
  });
}

/** Whether the error stops all trials (disk, store), and not just one. */
export function isStoreError(error: unknown): boolean {
  return error instanceof BbbError && ['E_DISK_FULL', 'E_STORE_IO', 'E_STORE_DAMAGED'].includes(error.code);
}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'Choose another --dir, or change its permissions.',
  EPERM: 'Choose another --dir, or change its permissions.',
  EROFS: 'Choose another --dir: that file system is read-only.',
  EMFILE: 'Raise the limit of open files (ulimit -n 4096) and run the same command again.',
};

function reason(code: string): string {
  const known: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'not permitted',
    EROFS: 'the file system is read-only',
    EMFILE: 'too many open files',
    ENFILE: 'too many open files',
    EIO: 'the disk reports an error',
    ENOENT: 'there is no such file or folder',
    ENOTDIR: 'a part of the path is not a folder',
    EISDIR: 'it is a folder',
  };
  return known[code] === undefined ? code : `${known[code]} (${code})`;
}
