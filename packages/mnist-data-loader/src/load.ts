import { basename, resolve } from 'node:path';
import type { Dataset } from './dataset.js';
import { fillCache, type DownloadOptions } from './download.js';
import { DataError } from './errors.js';
import { findFiles, holdsFiles, isComplete } from './files.js';
import { loadFolder, type FolderOptions } from './folder.js';
import { whereToGet } from './elsewhere.js';
import { howToGet, identify, KNOWN_SETS, knownSet, type KnownSet } from './known.js';
import { isRawFolder, placesOf, type Place, type SearchOptions } from './places.js';
import { readArray } from './read.js';
import { othersIn } from './whats-there.js';

/** A folder of four IDX files. A name that is known (`mnist`, `fashion-mnist`) makes the SHA-256 check compulsory. */
export interface FolderSpec extends Omit<FolderOptions, 'set'> {
  readonly dir: string;
}

/** A known name, the name of a folder within the data folder, a path of a folder, or a published set of your own. */
export type DatasetSpec = string | FolderSpec | KnownSet;

export interface LoadOptions extends SearchOptions, DownloadOptions {
  /** Whether a known set that is nowhere on this machine may be downloaded. Default true. */
  readonly download?: boolean;
  /**
   * What to do when `dataDir` holds another set, or none: `refuse` (default), or `skip` to look elsewhere, which suits the
   * second data set of a run that has one `--data-dir`. `BBB_DATA_DIR` is always skipped.
   */
  readonly otherSet?: 'refuse' | 'skip';
}

/**
 * Finds, checks and loads a data set into shared memory.
 *
 * If `dataDir` is given, a known set must be there. Otherwise it is looked for in `BBB_DATA_DIR`, in the npm or Debian package that has it
 * and in the download cache; if it is nowhere, it is downloaded into the cache. Every file is checked against its published SHA-256.
 *
 * @param spec a known set, e.g. {@link MNIST}, or a folder of files
 * @param options where to look, and whether and how to download
 * @throws DataError always with a code and a hint: `E_DATA_UNKNOWN` for an unknown name, `E_DATA_MISSING`,
 *   `E_DATA_MISLABELLED`, `E_DATA_DOWNLOAD`, `E_DATA_CACHE`, and as {@link loadFolder}
 */
export async function loadDataset(spec: DatasetSpec, options: LoadOptions = {}): Promise<Dataset> {
  if (typeof spec === 'object') {
    return 'dir' in spec ? loadFolder(spec.dir, spec) : loadByName(spec.name, spec, options);
  }
  if (/[/\\]|^\.+$/.test(spec)) {
    const dir = resolve(spec);
    return loadFolder(dir, { name: basename(dir) });
  }
  return loadByName(spec, knownSet(spec), options);
}

async function loadByName(name: string, set: KnownSet | undefined, options: LoadOptions): Promise<Dataset> {
  const places = placesOf(name, set, options);
  const dir = await findFolder(name, set, places, options);
  if (dir !== undefined) {
    const dataset = await loadFolder(dir, { name, set });
    if (!set) refuseKnown(dataset);
    return dataset;
  }
  if (!set) throw unknownName(name);
  if (options.dataDir !== undefined) return loadByName(name, set, { ...options, dataDir: undefined });
  if (options.download === false) throw notFound(set, places);
  const cache = places.find(({ kind }) => kind === 'cache')!.root;
  await fillCache(set, cache, howToGet(set), options);
  return loadFolder(cache, { name, set });
}

/**
 * The folder that a set is loaded from. Its files are not checked yet. Undefined if the set is nowhere.
 * @throws DataError `E_DATA_MISSING` if it is not in the folder that was given, and the errors of reading its labels
 */
export async function findFolder(
  name: string,
  set: KnownSet | undefined,
  places: readonly Place[],
  options: LoadOptions,
): Promise<string | undefined> {
  for (const place of places) {
    const dir = await search(name, set, place, options);
    if (dir !== undefined) return dir;
  }
  return undefined;
}

/** The folder of a place that holds the set. Undefined if the search may go on elsewhere. */
async function search(
  name: string,
  set: KnownSet | undefined,
  place: Place,
  options: LoadOptions,
): Promise<string | undefined> {
  const strict = place.kind === 'data-dir' && options.otherSet !== 'skip';
  const named = place.kind === 'data-dir' || place.kind === 'environment';
  for (const dir of place.dirs) {
    const found = await findFiles(dir);
    if (!holdsFiles(found)) continue;
    // An interrupted download may be completed.
    if (place.kind === 'cache' && options.download !== false && !isComplete(found)) return undefined;
    if (!strict && named && dir === place.root && (await isOther(set, found['t10k-labels']))) continue;
    return dir;
  }
  const exists = !named || (await findFiles(place.root)) !== undefined;
  if (strict || !exists) throw await notThere(name, set, place, exists);
  return undefined;
}

/** Whether the labels can be read and are not those of the published set. Then they belong to another set. */
async function isOther(set: KnownSet | undefined, labels: string | undefined): Promise<boolean> {
  if (set === undefined || labels === undefined) return false;
  return (await readArray(labels)).sha256 !== set.sha256['t10k-labels'];
}

/** Refuses a folder that was found by its name and holds the published set of another name. */
function refuseKnown({ name, source, sha256 }: Dataset): void {
  const actual = identify(sha256['train-images']);
  if (!actual) return;
  throw new DataError(
    'E_DATA_MISLABELLED',
    `"${name}" was asked for, but ${source} holds ${actual.set.title}.`,
    { hint: `Ask for ${actual.set.name}, or give another folder.` },
  );
}

function unknownName(name: string): DataError {
  const advice = whereToGet(name);
  return new DataError('E_DATA_UNKNOWN', `There is no data set "${name}".`, {
    hint: `${advice === undefined ? '' : `${advice}. `}Known: ${KNOWN_SETS.map((set) => set.name).join(', ')}. Or give the path of a folder of IDX files (./${name}), or a --data-dir that holds a folder ${name}.`,
  });
}

async function notThere(
  name: string,
  set: KnownSet | undefined,
  { label, root, dirs }: Place,
  exists: boolean,
): Promise<DataError> {
  const { sentence, advice } = exists ? await othersIn(root, []) : { sentence: '', advice: undefined };
  const looked = dirs.filter((dir) => !isRawFolder(dir)).join(' and ');
  const what = exists ? `has no IDX files of ${name} (looked in ${looked})` : 'does not exist';
  const get = set ? howToGet(set) : 'Give a folder that holds the four IDX files.';
  return new DataError('E_DATA_MISSING', `${label}: ${root} ${what}.${sentence}`, {
    hint: advice === undefined ? get : `${advice} Or ${get.charAt(0).toLowerCase()}${get.slice(1)}`,
  });
}

function notFound(set: KnownSet, places: readonly Place[]): DataError {
  const looked = places.flatMap(({ label, dirs }) => dirs.map((dir) => `${dir} (${label})`));
  return new DataError(
    'E_DATA_MISSING',
    `${set.title} is not on this machine. Looked in ${looked.join(', ')}.`,
    { hint: howToGet(set) },
  );
}
