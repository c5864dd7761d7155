import { lstatSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NewFile } from './template.js';

/** The files that exist already, in any form: a folder or a broken link counts too. */
export function existing(folder: string, files: readonly NewFile[]): string[] {
  return files.map(({ path }) => path).filter((path) => isThere(join(folder, path)));
}

/** Writes files that do not exist yet. If one has appeared in the meantime, it stays as it is and the write fails with `EEXIST`. */
export async function writeNew(folder: string, files: readonly NewFile[]): Promise<void> {
  for (const { path, text } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text, { flag: 'wx' });
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
