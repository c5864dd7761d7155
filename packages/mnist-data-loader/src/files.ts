import { readdir, stat } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { dirname, join } from 'node:path';
import { FILE_ROLES, type FileRole } from './dataset.js';
import { DataError, systemCode } from './errors.js';
import { usualName } from './known.js';
import { shellQuoted } from './recognise.js';
import { insteadOfFolder, othersIn, picturesIn } from './whats-there.js';

/** Paths of the files of a set that a folder holds. */
export type FoundFiles = Readonly<Partial<Record<FileRole, string>>>;

// train-images-idx3-ubyte, train-images.idx3-ubyte, emnist-letters-test-labels-idx1-ubyte.gz, qmnist-train-labels-idx2-int, ...
const NAME =
  /^(?:(.+)-)?(train|t10k|test)-(images|labels)[-.]idx\d-(?:ubyte|byte|short|int|float|double)(\.gz)?$/i;

// x_train.npy, y_test.npy, train_images.npy, t10k-labels.npy, ...: as numpy.savez names them, unpacked.
const NPY =
  /^(?:(.+)[-_])?(?:([xy])[-_](train|test)|(train|t10k|test)[-_](images|imgs|x|labels|y|targets))\.npy$/i;

/** A file by its name. If two files have the same role, the one with the smaller `rank` is read. */
interface Candidate {
  readonly name: string;
  readonly role: FileRole;
  readonly prefix: string;
  /** A plain file has the smallest rank, then a gzipped one, then a folder of that name, which some archives unpack to. */
  readonly rank: number;
}

function candidate(entry: Dirent): Candidate | undefined {
  const { name } = entry;
  const [, prefix = '', split, kind, gz] = NAME.exec(name) ?? [];
  if (split && kind)
    return {
      name,
      role: roleOf(split, kind),
      prefix,
      rank: entry.isDirectory() ? 2 : gz === undefined ? 0 : 1,
    };
  const [, before = '', axis, axisSplit, ownSplit, ownKind] = NPY.exec(name) ?? [];
  const [half, content] = [axisSplit ?? ownSplit, axis ?? ownKind];
  if (!half || !content || entry.isDirectory()) return undefined;
  return { name, role: roleOf(half, content), prefix: before, rank: 1 };
}

/** The role of an array in an archive, by its name: `x_train.npy`, `train_images.npy`; `x.npy` and `y.npy` are for training. */
export function roleOfArray(name: string): FileRole | undefined {
  const [, , axis, axisSplit, ownSplit, ownKind] = NPY.exec(name) ?? [];
  const [half, content] = [axisSplit ?? ownSplit, axis ?? ownKind];
  if (half && content) return roleOf(half, content);
  if (/^(?:x|data|images|features)\.npy$/i.test(name)) return 'train-images';
  return /^(?:y|targets?|labels)\.npy$/i.test(name) ? 'train-labels' : undefined;
}

function roleOf(split: string, kind: string): FileRole {
  const part = /^train$/i.test(split) ? 'train' : 't10k';
  return /^[xi]/i.test(kind) ? `${part}-images` : `${part}-labels`;
}

/**
 * The IDX files in a folder, by their usual names and variants of them (`.idx3-ubyte`, a prefix, `test` for `t10k`,
 * `idx2-int`, `.gz`). If a file is there twice, the plain one is read and not the gzipped one. Undefined for a folder that does not exist.
 *
 * @param prefix of the files of one set, where several lie together: `emnist-letters`, or its end, `letters`
 * @throws DataError `E_DATA_AMBIGUOUS` when files of several sets lie together, `E_DATA_UNREADABLE`
 */
export async function findFiles(dir: string, prefix?: string): Promise<FoundFiles | undefined> {
  const entries = await list(dir);
  if (!entries) return undefined;
  const all = entries.flatMap((entry) => candidate(entry) ?? []);
  const candidates = all.filter((each) => hasPrefix(each, prefix));
  const prefixes = [...new Set(candidates.map((each) => each.prefix))];
  if (prefixes.length > 1) throw ambiguous(dir, candidates, prefixes);
  if (all.length > 0 && candidates.length === 0) throw noSuchPrefix(dir, prefix!, all);
  const found: Partial<Record<FileRole, string>> = {};
  for (const { name, role, rank } of candidates.toSorted((a, b) => a.rank - b.rank)) {
    found[role] ??= rank === 2 ? await within(dir, name, role) : join(dir, name);
  }
  return found;
}

/** Names of the files in a folder that have this ending. */
export async function filesBySuffix(dir: string, suffix: string): Promise<string[]> {
  const entries = (await list(dir)) ?? [];
  return entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith(suffix))
    .map(({ name }) => name);
}

function hasPrefix({ prefix: own }: Candidate, prefix: string | undefined): boolean {
  return prefix === undefined || own === prefix || own.endsWith(`-${prefix}`);
}

/** Some archives unpack a file into a folder with its name: the file of that role in the folder, or the folder itself if there is none. */
async function within(dir: string, name: string, role: FileRole): Promise<string> {
  const entries = (await list(join(dir, name))) ?? [];
  const file = entries.find((entry) => !entry.isDirectory() && candidate(entry)?.role === role);
  return file ? join(dir, name, file.name) : join(dir, name);
}

function ambiguous(dir: string, candidates: readonly Candidate[], prefixes: readonly string[]): DataError {
  const [first, second] = prefixes.map((prefix) => candidates.find((each) => each.prefix === prefix)!.name);
  const named = prefixes.filter((prefix) => prefix !== '');
  return new DataError(
    'E_DATA_AMBIGUOUS',
    `${dir} holds ${prefixes.length === 2 ? 'two' : prefixes.length} sets: ${first} and ${second}${prefixes.length > 2 ? ', ...' : ''}.`,
    {
      hint: `Put each data set in a folder of its own, or choose with --dataset-option prefix=${named[0]}${named.length > 1 ? ` (there are ${named.join(', ')})` : ''}.`,
    },
  );
}

function noSuchPrefix(dir: string, prefix: string, all: readonly Candidate[]): DataError {
  const names = [...new Set(all.map((each) => each.prefix || '(none)'))];
  return new DataError('E_DATA_MISSING', `${dir} has no files whose names begin with "${prefix}-".`, {
    hint: `Prefixes there: ${names.join(', ')}.`,
  });
}

/** A folder and the files of a set in it. */
export interface Located {
  readonly dir: string;
  readonly files: FoundFiles;
}

/**
 * The files of a folder. If it has none, the files of the only folder below it that has some, such as `raw/` and `MNIST/raw/` of
 * torchvision, or the folder that an archive was unpacked to. Undefined for a folder that does not exist.
 *
 * @throws DataError as {@link findFiles}; `E_DATA_AMBIGUOUS` when several folders below hold files
 */
export async function locateFiles(dir: string, prefix?: string): Promise<Located | undefined> {
  const files = await findFiles(dir, prefix);
  if (!files || holdsFiles(files)) return files && { dir, files };
  const below = await foldersWithFiles(dir, prefix);
  if (below.length > 1) {
    throw new DataError('E_DATA_AMBIGUOUS', `${dir} has IDX files in several folders: ${below.join(', ')}.`, {
      hint: `Give the one that holds the four files of the set, e.g. --data-dir ${below[0]}`,
    });
  }
  const [only] = below;
  return only === undefined ? { dir, files } : { dir: only, files: (await findFiles(only, prefix))! };
}

/** Most folders that are searched, because a user may give the root of a disk. */
const MOST_FOLDERS = 200;
const DEPTH = 2;

async function foldersWithFiles(root: string, prefix: string | undefined): Promise<string[]> {
  const isWanted = (entry: Dirent): boolean => {
    const file = candidate(entry);
    return file !== undefined && hasPrefix(file, prefix);
  };
  const found: string[] = [];
  let level = [root];
  let left = MOST_FOLDERS;
  for (let depth = 0; depth < DEPTH; depth++) {
    const next: string[] = [];
    for (const dir of level) {
      for (const child of await foldersIn(dir)) {
        if (left-- <= 0) return found;
        const entries = await list(child).catch(() => undefined);
        if (entries?.some(isWanted)) found.push(child);
        else next.push(child);
      }
    }
    level = next;
  }
  return found;
}

async function foldersIn(dir: string): Promise<string[]> {
  const entries = (await list(dir).catch(() => undefined)) ?? [];
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map((entry) => join(dir, entry.name))
    .toSorted();
}

/** @throws DataError `E_DATA_MISSING` naming the files that are not there, or the folder */
export async function requireAll(
  found: FoundFiles | undefined,
  dir: string,
): Promise<Readonly<Record<FileRole, string>>> {
  if (!found) {
    throw new DataError('E_DATA_MISSING', `The folder ${dir} does not exist.`, { hint: FOUR_FILES });
  }
  if (isComplete(found)) return found;
  const missing = FILE_ROLES.filter((role) => found[role] === undefined);
  const { sentence, advice } =
    (holdsFiles(found) ? undefined : await picturesIn(dir)) ?? (await othersIn(dir, Object.values(found)));
  throw new DataError(
    'E_DATA_MISSING',
    `${dir} lacks ${missing.map((role) => `${usualName(role)}[.gz]`).join(', ')}.${sentence}`,
    { hint: advice === undefined ? FOUR_FILES : `${FOUR_FILES} ${advice}` },
  );
}

export function holdsFiles(found: FoundFiles | undefined): found is FoundFiles {
  return found !== undefined && Object.keys(found).length > 0;
}

export function isComplete(found: FoundFiles): found is Readonly<Record<FileRole, string>> {
  return FILE_ROLES.every((role) => found[role] !== undefined);
}

const FOUR_FILES =
  'A data set is a folder of four IDX files (or NumPy arrays): images and labels, of train and of t10k.';

async function list(dir: string): Promise<Dirent[] | undefined> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    const code = systemCode(cause);
    if (code === 'ENOENT' || (code === 'ENOTDIR' && !(await exists(dir)))) return undefined;
    if (code !== 'ENOTDIR') throw unreadable(dir, cause);
    const { reason, hint } = await insteadOfFolder(dir);
    const folder = `Give a folder that holds the four IDX files, e.g. ${dirname(dir)}.`;
    throw new DataError('E_DATA_UNREADABLE', `${dir} can't be read: ${reason}.`, {
      hint: hint === undefined ? folder : `${hint} ${folder}`,
      cause,
    });
  }
}

/** Whether a path exists. Also false for a path below a file. */
async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** The error for a file or folder that exists and cannot be read. */
export function unreadable(path: string, cause: unknown): DataError {
  const code = systemCode(cause);
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a folder, not a file',
  };
  const reason = (code && reasons[code]) ?? (cause instanceof Error ? cause.message : String(cause));
  return new DataError('E_DATA_UNREADABLE', `${path} can't be read: ${reason}.`, {
    hint:
      code === 'EACCES' || code === 'EPERM'
        ? `Give yourself the right to read it, e.g. chmod -R a+rX ${shellQuoted(path)}`
        : 'Give a folder that holds the four IDX files.',
    cause,
  });
}
