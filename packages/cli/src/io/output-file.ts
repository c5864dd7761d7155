import { realpath, stat, writeFile } from 'node:fs/promises';
import { writeFileAtomic, writeFileOnce } from '@bbb/core';
import { isSweepsOwn } from '@bbb/sweep';
import { UsageError } from '../errors/usage.js';

/**
 * Writes the file that `--out` names, whole or not at all. An existing file is replaced only with force, and links are followed. A
 * sweep's own file is never replaced. Devices and pipes get the bytes.
 * @throws UsageError, and the errors of the file system
 */
export async function writeOut(path: string, bytes: Uint8Array, force: boolean): Promise<void> {
  const { stream, replaced } = await checkOut(path, force);
  if (stream) await writeFile(path, bytes);
  else if (replaced !== undefined) await writeFileAtomic(replaced, bytes);
  else if (!(await writeFileOnce(path, bytes))) throw taken(path);
}

/**
 * Checks whether `--out` may be written, before any work is done.
 * @returns whether it is a device or a pipe; if not, the file that would be replaced, if there is one
 * @throws UsageError
 */
export async function checkOut(
  path: string,
  force: boolean,
): Promise<{ readonly stream?: true; readonly replaced?: string }> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return {};
  if (found.isDirectory()) throw new UsageError(`${path} is a folder.`, 'Name a file in it with --out.');
  if (!found.isFile()) return { stream: true };
  const target = await realpath(path);
  if (isSweepsOwn(target)) {
    throw new UsageError(`${path} belongs to a sweep, which needs it.`, 'Choose another name with --out.');
  }
  if (!force) throw taken(path);
  return { replaced: target };
}

function taken(path: string): UsageError {
  return new UsageError(
    `${path} exists already.`,
    'Choose another name with --out, or replace it with --force.',
  );
}
