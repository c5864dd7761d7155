import { FILE_ROLES, type FileRole } from './dataset.js';
import { DataError } from './errors.js';
import { findFiles, requireAll } from './files.js';
import { howToGet, KNOWN_SETS, type KnownSet } from './known.js';
import { findFolder } from './load.js';
import { isRawFolder, placesOf, type Place, type SearchOptions } from './places.js';
import { readArray } from './read.js';
import { verifyFile } from './verify.js';

/** One file, compared with its published hash. */
export interface FileReport {
  readonly role: FileRole;
  readonly path: string;
  /** Size on disk. */
  readonly bytes: number;
  /** SHA-256 of the uncompressed file. Absent if it can't be read. */
  readonly sha256?: string;
  /** What is wrong. Absent if the file is as published. */
  readonly problem?: DataError;
}

/** One folder that was looked in. */
export interface PlaceReport {
  readonly place: Place['kind'];
  readonly label: string;
  readonly dir: string;
  /** `ok`: all four files as published. `absent`: no folder, or no IDX file in it. `bad`: anything else. */
  readonly status: 'ok' | 'absent' | 'bad';
  /** Sum of the sizes on disk. */
  readonly bytes: number;
  readonly files: readonly FileReport[];
  readonly problem?: DataError;
}

export interface DataReport {
  readonly name: string;
  readonly title: string;
  /** In the order of the search. */
  readonly places: readonly PlaceReport[];
  /** The folder that it is loaded from. */
  readonly dir: string | undefined;
  /** Why it can't be loaded. If there is neither a folder nor a problem, loading the set would download it. */
  readonly problem?: DataError;
  /** Where it would be downloaded from. */
  readonly mirrors: readonly string[];
  /** Another way to get the set. */
  readonly hint: string;
}

/**
 * Where each known set was looked for, and what was found there. Downloads nothing and never throws for bad files.
 *
 * @param options where to look; absent members: the places that {@link loadDataset} looks in
 * @param sets the known sets to look for. Default: all
 * @returns a report for each set, in that order
 */
export async function describeData(
  options: SearchOptions = {},
  sets: readonly KnownSet[] = KNOWN_SETS,
): Promise<DataReport[]> {
  const reports: DataReport[] = [];
  for (const set of sets) {
    const places: PlaceReport[] = [];
    const searched = placesOf(set.name, set, options);
    for (const place of searched) {
      for (const dir of place.dirs) {
        const report = await describePlace(set, place, dir);
        if (report.status !== 'absent' || !isRawFolder(dir)) places.push(report);
      }
    }
    reports.push({
      name: set.name,
      title: set.title,
      places,
      ...(await choice(set, searched, places, options)),
      mirrors: set.mirrors,
      hint: howToGet(set),
    });
  }
  return reports;
}

/** What would happen if the set were loaded. */
async function choice(
  set: KnownSet,
  searched: readonly Place[],
  places: readonly PlaceReport[],
  options: SearchOptions,
): Promise<Pick<DataReport, 'dir' | 'problem'>> {
  try {
    const dir = await findFolder(set.name, set, searched, options);
    if (dir === undefined) return { dir };
    await requireAll(await findFiles(dir), dir);
    const files = places.find((place) => place.dir === dir)?.files ?? [];
    const problem = files.find((file) => file.problem !== undefined)?.problem;
    return problem ? { dir: undefined, problem } : { dir };
  } catch (thrown) {
    if (!(thrown instanceof DataError)) throw thrown;
    return { dir: undefined, problem: thrown };
  }
}

async function describePlace(set: KnownSet, { kind, label }: Place, dir: string): Promise<PlaceReport> {
  const base = { place: kind, label, dir };
  try {
    const found = (await findFiles(dir)) ?? {};
    const files: FileReport[] = [];
    for (const role of FILE_ROLES) {
      const path = found[role];
      if (path !== undefined) files.push(await describeFile(set, role, path));
    }
    const good = files.length === FILE_ROLES.length && files.every(({ problem }) => problem === undefined);
    return {
      ...base,
      status: good ? 'ok' : files.length === 0 ? 'absent' : 'bad',
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      files,
    };
  } catch (thrown) {
    if (!(thrown instanceof DataError)) throw thrown;
    return { ...base, status: 'bad', bytes: 0, files: [], problem: thrown };
  }
}

async function describeFile(set: KnownSet, role: FileRole, path: string): Promise<FileReport> {
  let sha256: string | undefined;
  let bytes = 0;
  try {
    ({ sha256, bytes } = await readArray(path));
    verifyFile(set, role, sha256, path);
    return { role, path, bytes, sha256 };
  } catch (thrown) {
    if (!(thrown instanceof DataError)) throw thrown;
    return { role, path, bytes, ...(sha256 === undefined ? {} : { sha256 }), problem: thrown };
  }
}
