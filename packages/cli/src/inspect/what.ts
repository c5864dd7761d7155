import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Registry } from '@bbb/core';
import { UsageError } from '../errors/usage.js';

/** What somebody named, and which source of data reads it. */
export interface Named {
  /** With its article: `a folder of pictures`. */
  readonly what: string;
  /** Name of the source. */
  readonly use: string;
  /** Where its files are; absent for a set that is known by name. */
  readonly dataDir?: string;
}

const TABLE = /\.(csv|tsv|tab|txt)(\.gz)?$/i;
const ARRAYS = /idx\d-|\.npy$/i;
const ARCHIVE = /\.npz$/i;
const PICTURE = /\.(png|jpe?g|gif|bmp|webp|tiff?)$/i;

/**
 * Tells data sets by name, tables, arrays and folders of pictures apart by their names; whether they are what they are called shows
 * when they are read.
 * @throws UsageError; BbbError `E_UNKNOWN_NAME` for what is neither a set nor a file
 */
export async function whatIsNamed(what: string, registry: Registry): Promise<Named> {
  const known = registry.list('datasets').find(({ name }) => name === what);
  if (known) return { what: `a data set of ${known.plugin}`, use: what };
  const found = await stat(what).catch(() => undefined);
  if (!found) {
    if (/[/\\.]/.test(what))
      throw new UsageError(
        `There is no file or folder ${what}.`,
        'Give a file, a folder or the name of a data set.',
      );
    registry.get('datasets', what);
  }
  return found!.isDirectory() ? folder(what) : file(what);
}

function file(path: string): Named {
  if (ARCHIVE.test(path)) return { what: 'an archive of arrays', use: 'idx', dataDir: path };
  if (TABLE.test(path)) return { what: 'a table', use: 'csv', dataDir: path };
  throw new UsageError(
    `${path} is no table (.csv) and no archive of arrays (.npz).`,
    PICTURE.test(path) || ARRAYS.test(path)
      ? 'Give the folder that holds all files of the set.'
      : 'Give one of those, a folder, or the name of a data set.',
  );
}

async function folder(dir: string): Promise<Named> {
  const entries = (await readdir(dir, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const holds = (pattern: RegExp): boolean => entries.some((entry) => pattern.test(entry.name));
  if (holds(ARRAYS) || holds(ARCHIVE)) return { what: 'a folder of arrays', use: 'idx', dataDir: dir };
  const below = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
  for (const { name } of below.slice(0, MOST_LOOKED_AT)) {
    if (await holdsArrays(join(dir, name))) return { what: 'a folder of arrays', use: 'idx', dataDir: dir };
  }
  if (holds(TABLE) && below.length === 0) return { what: 'a folder of tables', use: 'csv', dataDir: dir };
  if (below.length > 0 || holds(PICTURE))
    return { what: 'a folder of pictures', use: 'images', dataDir: dir };
  throw new UsageError(
    `${dir} holds no pictures, no tables and no arrays.`,
    'Give a folder with one folder of pictures for each class, with a CSV file, or with the four IDX files of a set.',
  );
}

const MOST_LOOKED_AT = 20;

/** `raw/` and `MNIST/raw/` of torchvision. */
async function holdsArrays(dir: string): Promise<boolean> {
  const names: string[] = await readdir(dir).catch(() => []);
  if (names.some((name) => ARRAYS.test(name))) return true;
  if (!names.includes('raw')) return false;
  return (await readdir(join(dir, 'raw')).catch(() => [])).some((name) => ARRAYS.test(name));
}
