import { open, readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { recognise, RECOGNISED_BY, shellQuoted, type Recognised } from './recognise.js';

/** The kind of a file by its first bytes. Undefined if it is not a regular file, can't be read, or is of no known kind. */
export async function whatIs(path: string): Promise<Recognised | undefined> {
  try {
    // A pipe is not opened, because that would block until another process writes to it.
    if (!(await stat(path)).isFile()) return undefined;
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(RECOGNISED_BY));
      return recognise(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/** What a folder contains in which files of a set are missing. */
export interface Others {
  /** A sentence with a space before it, or an empty string. */
  readonly sentence: string;
  /** What to type for the first of these files. */
  readonly advice: string | undefined;
}

const LOOKED_AT = 50;
const NAMED = 3;

/** Lists the archives, tables and misnamed files of a folder, because one of them may be the set that the user means. */
export async function othersIn(dir: string, used: readonly string[]): Promise<Others> {
  const names: string[] = await readdir(dir).catch(() => []);
  names.sort((a, b) => (a < b ? -1 : 1));
  const unused = names.filter(
    (name) => !/^\.|\.(json|html?|xml|pdf|md|txt|ipynb)$/i.test(name) && !used.includes(join(dir, name)),
  );
  const found: { text: string; advice: string | undefined }[] = [];
  for (const name of unused.slice(0, LOOKED_AT)) {
    const path = join(dir, name);
    const kind = await whatIs(path);
    if (/(images|labels).*idx|(train|test).*\.npy$/i.test(name)) {
      found.unshift({
        text: name,
        advice: `Rename ${name}: names are as train-images-idx3-ubyte[.gz], or x_train.npy.`,
      });
    } else if (kind && !kind.what.startsWith('a text')) {
      found.push({ text: `${name}, ${kind.what}`, advice: kind.advice(shellQuoted(path)) });
    }
  }
  const more = found.length > NAMED ? '; and more' : '';
  return {
    sentence:
      found.length === 0
        ? ''
        : ` It holds ${found
            .slice(0, NAMED)
            .map(({ text }) => text)
            .join('; ')}${more}.`,
    advice: found[0]?.advice,
  };
}

const PICTURE = /\.(png|jpe?g|gif|bmp|webp|tiff?)$/i;

/** What to type if a folder, or the folders in it, hold pictures. */
export async function picturesIn(dir: string): Promise<Others | undefined> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  folders.sort((a, b) => (a < b ? -1 : 1));
  const places = [dir, ...folders.slice(0, LOOKED_AT).map((name) => join(dir, name))];
  for (const place of places) {
    const names: string[] = await readdir(place).catch(() => []);
    const first = names.filter((name) => PICTURE.test(name)).sort()[0];
    if (first === undefined) continue;
    return {
      sentence: ` It holds pictures: ${relative(dir, join(place, first))}.`,
      advice: 'For a folder of pictures, one folder for each class: --dataset images.',
    };
  }
  return undefined;
}

/** A sentence on a file that was given where a folder belongs. */
export async function insteadOfFolder(path: string): Promise<{ reason: string; hint: string | undefined }> {
  const isOne = /idx\d-/i.test(basename(path));
  const kind = isOne ? undefined : await whatIs(path);
  if (!kind) return { reason: 'it is not a folder', hint: undefined };
  return { reason: `it is ${kind.what}, not a folder`, hint: kind.advice(shellQuoted(path)) };
}
