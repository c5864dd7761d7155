import { EXIT } from './exit-codes.js';
import type { Failure } from './failure.js';

const REASONS: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  EACCES: ['permission denied', 'Choose another place, or change the permissions.'],
  EPERM: ['not permitted', 'Choose another place, or change the permissions.'],
  EROFS: ['the file system is read-only', 'Choose another place.'],
  ENOENT: ['no such file or folder', 'Check the path.'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Check the path.'],
  EISDIR: ['it is a folder, not a file', 'Check the path.'],
  EEXIST: ['it exists already', 'Choose another name.'],
  EMFILE: ['too many open files', 'Raise the limit: ulimit -n 4096.'],
  ENOSPC: ['the disk is full', 'Free some space and run the same command again: finished trials are kept.'],
  EDQUOT: [
    'the disk quota is used up',
    'Free some space and run the same command again: finished trials are kept.',
  ],
};

/** A failure of the file system in words. Undefined for other errors. */
export function describeSystemError(error: NodeJS.ErrnoException): Failure | undefined {
  const known = error.syscall !== undefined && error.code !== undefined ? REASONS[error.code] : undefined;
  if (!known) return undefined;
  const [reason, hint] = known;
  const full = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  return {
    message: `${target(error.path) ?? error.syscall}: ${reason}.`,
    hint,
    exitCode: full ? EXIT.disk : EXIT.usage,
  };
}

/** The user's file, if the error is about the temporary file beside it (see writeFileAtomic of core). */
function target(path: string | undefined): string | undefined {
  return path?.replace(/\.([^/\\]+)\.[0-9a-f-]{36}\.tmp$/, '$1');
}
