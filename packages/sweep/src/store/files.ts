import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '@bbb/core';
import { checkOwnFolders, flushData, readOwn, withOwn } from './own-open.js';

/** The text of a file; undefined when there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return (await readOwn(path)).toString('utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/**
 * Appends text. With `durable`, the text is on the disk when the promise resolves. Without, the operating system has it: that takes so
 * little time that a call in another thread would cost more.
 */
export async function append(path: string, text: string, durable: boolean): Promise<void> {
  await withOwn(path, 'append', async (file) => {
    // writeFileSync, because writeSync stores less than asked on a full disk and reports no error.
    writeFileSync(file, text);
    if (durable) await flushData(file);
  });
}

/**
 * Makes a folder and its parents, and makes their entries durable. It makes one level at a time because recursive mkdir never returns where no
 * folder can be made, as in /proc.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST' && (await stat(path)).isDirectory();
    if (exists) return;
    throw error;
  }
  await syncFolder(dirname(path));
}

/**
 * Writes a file so that other processes see all of it or nothing; {@link syncFile} makes it survive a crash of the machine.
 * Synchronous, for threads that have nothing else to do.
 */
export function writeFileWhole(path: string, bytes: Uint8Array): void {
  checkOwnFolders(path);
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    writeFileSync(temporary, bytes, { flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Renames a damaged file within its folder, so that a person can look at it.
 * @returns its new name
 */
export async function quarantine(path: string): Promise<string> {
  const stamp = new Date().toISOString().replaceAll(/[-:]/g, '').replace('.', '');
  const target = join(dirname(path), `${basename(path)}.corrupt-${stamp}`);
  await rename(path, target);
  await syncFolder(dirname(path));
  return basename(target);
}

/** Removes a file. It is no error if the file does not exist. */
export async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
