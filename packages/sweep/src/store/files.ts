import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The text of a file; undefined when there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** Appends text; with `durable`, it is on the disk when the promise resolves. */
export async function append(path: string, text: string, durable: boolean): Promise<void> {
  const file = await open(path, 'a');
  try {
    // writeFile, not write: on a full disk write stores less than asked and reports no error.
    await file.writeFile(text);
    if (durable) await file.datasync();
  } finally {
    await file.close();
  }
}

/** A folder whose entry in its parent survives a crash. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first !== undefined) await syncFolder(dirname(first));
}

/** Makes entries of a folder durable. Windows can't, and needs not. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes what a file holds durable. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Writes a file that is there whole or not at all while the machine runs; {@link syncFile} makes it outlive that. */
export async function writeFileWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await remove(temporary);
    throw error;
  }
}

/**
 * Sets a damaged file aside, beside where it was, for a person to look at.
 * @returns its new name
 */
export async function quarantine(path: string): Promise<string> {
  const stamp = new Date().toISOString().replaceAll(/[-:]/g, '').replace('.', '');
  const target = join(dirname(path), `${basename(path)}.corrupt-${stamp}`);
  await rename(path, target);
  await syncFolder(dirname(path));
  return basename(target);
}

export async function remove(path: string): Promise<void> {
  await rm(path, { force: true });
}
