import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnFiles, Registry } from '@bbb/core';
import { UsageError } from '../errors/usage.js';

/** A description of files for people, and the kind of files that a source has to read. */
interface Found {
  /** The description with its article: `a folder of pictures`. */
  readonly what: string;
  readonly holds: OwnFiles;
}

/** What the user named, and the source of data that reads it. */
export interface Named {
  /** The description with its article: `a folder of pictures`. */
  readonly what: string;
  /** Name of the source. */
  readonly use: string;
  /** The folder of its files. Absent for a set that is known by name. */
  readonly dataDir?: string;
}

const TABLE = /\.(csv|tsv|tab|txt)(\.gz)?$/i;
const ARRAYS = /idx\d-|\.npy$/i;
const ARCHIVE = /\.npz$/i;
const PICTURE = /\.(png|jpe?g|gif|bmp|webp|tiff?)$/i;

/**
 * Tells data sets by name, tables, arrays and folders of pictures apart, by the names of files. Whether the content fits the name is
 * found out when the files are read.
 * @throws UsageError; BbbError `E_UNKNOWN_NAME` for anything that is neither a set nor a file
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
  const { holds, ...source } = found!.isDirectory() ? await folder(what) : file(what);
  return { ...source, use: readerOf(holds, registry), dataDir: what };
}

/** The first source of data that reads such files. @throws UsageError if there is none */
function readerOf(holds: OwnFiles, registry: Registry): string {
  const source = registry.list('datasets').find(({ value }) => value.reads === holds);
  if (source) return source.name;
  throw new UsageError(
    `No data set of the loaded plugins reads ${holds}.`,
    'Load a plugin that does: --plugin.',
  );
}

/** The sources of data that read a user's own files. */
export function ownSources(registry: Registry): string[] {
  return registry.list('datasets').flatMap(({ name, value }) => (value.reads ? [name] : []));
}

function file(path: string): Found {
  if (ARCHIVE.test(path)) return { what: 'an archive of arrays', holds: 'arrays' };
  if (TABLE.test(path)) return { what: 'a table', holds: 'table' };
  throw new UsageError(
    `${path} is neither a table (.csv) nor an archive of arrays (.npz).`,
    PICTURE.test(path) || ARRAYS.test(path)
      ? 'Give the folder that holds all files of the set.'
      : 'Give a .csv or .npz file, a folder, or the name of a data set.',
  );
}

async function folder(dir: string): Promise<Found> {
  const entries = (await readdir(dir, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const has = (pattern: RegExp): boolean => entries.some((entry) => pattern.test(entry.name));
  if (has(ARRAYS) || has(ARCHIVE)) return { what: 'a folder of arrays', holds: 'arrays' };
  const below = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
  for (const { name } of below.slice(0, MOST_LOOKED_AT)) {
    if (await holdsArrays(join(dir, name))) return { what: 'a folder of arrays', holds: 'arrays' };
  }
  if (has(TABLE) && below.length === 0) return { what: 'a folder of tables', holds: 'table' };
  if (below.length > 0 || has(PICTURE)) return { what: 'a folder of pictures', holds: 'pictures' };
  throw new UsageError(
    `${dir} holds no data that bbb reads: no pictures, tables or arrays.`,
    'Give a folder with one folder of pictures for each class, with a CSV file, or with the four IDX files of a set.',
  );
}

const MOST_LOOKED_AT = 20;

/** Whether the folder holds arrays, also in `raw/` and `MNIST/raw/` of torchvision. */
async function holdsArrays(dir: string): Promise<boolean> {
  const names: string[] = await readdir(dir).catch(() => []);
  if (names.some((name) => ARRAYS.test(name))) return true;
  if (!names.includes('raw')) return false;
  return (await readdir(join(dir, 'raw')).catch(() => [])).some((name) => ARRAYS.test(name));
}
