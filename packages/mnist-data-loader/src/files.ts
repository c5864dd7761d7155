import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FILE_ROLES, type FileRole } from './dataset.js';
import { DataError, systemCode } from './errors.js';
import { usualName } from './known.js';

/** Paths of the files of a set that a folder holds. */
export type FoundFiles = Readonly<Partial<Record<FileRole, string>>>;

// train-images-idx3-ubyte, train-images.idx3-ubyte, emnist-letters-test-labels-idx1-ubyte.gz, ...
const NAME = /^(?:(.+)-)?(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(\.gz)?$/;

/**
 * The IDX files in a folder, by their usual names and variants of them (`.idx3-ubyte`, a prefix, `test` for `t10k`,
 * `.gz`). Where a file is there twice, plain comes before gzipped. Undefined for a folder that does not exist.
 *
 * @throws DataError `E_DATA_AMBIGUOUS` when files of several sets lie together, `E_DATA_UNREADABLE`
 */
export async function findFiles(dir: string): Promise<FoundFiles | undefined> {
  const names = await list(dir);
  if (!names) return undefined;
  const found = new Map<FileRole, { name: string; prefix: string; gz: boolean }>();
  for (const name of names.toSorted()) {
    const match = NAME.exec(name);
    if (!match) continue;
    const [, prefix = '', split, kind, gz] = match;
    const stem = `${split === 'test' ? 't10k' : split}-${kind}`;
    const role = FILE_ROLES.find((known) => known === stem)!;
    const earlier = found.get(role);
    if (earlier && earlier.prefix !== prefix) {
      throw new DataError('E_DATA_AMBIGUOUS', `${dir} holds two sets: ${earlier.name} and ${name}.`, {
        hint: 'Put each data set in a folder of its own.',
      });
    }
    if (!earlier || (earlier.gz && !gz)) found.set(role, { name, prefix, gz: gz !== undefined });
  }
  return Object.fromEntries([...found].map(([role, { name }]) => [role, join(dir, name)]));
}

/** @throws DataError `E_DATA_MISSING` naming the files that are not there, or the folder */
export function requireAll(found: FoundFiles | undefined, dir: string): Readonly<Record<FileRole, string>> {
  if (!found) {
    throw new DataError('E_DATA_MISSING', `The folder ${dir} does not exist.`, { hint: FOUR_FILES });
  }
  if (!isComplete(found)) {
    const missing = FILE_ROLES.filter((role) => found[role] === undefined);
    throw new DataError(
      'E_DATA_MISSING',
      `${dir} lacks ${missing.map((role) => `${usualName(role)}[.gz]`).join(', ')}.`,
      { hint: FOUR_FILES },
    );
  }
  return found;
}

export function holdsFiles(found: FoundFiles | undefined): found is FoundFiles {
  return found !== undefined && Object.keys(found).length > 0;
}

export function isComplete(found: FoundFiles): found is Readonly<Record<FileRole, string>> {
  return FILE_ROLES.every((role) => found[role] !== undefined);
}

const FOUR_FILES = 'A data set is a folder of four IDX files: images and labels, of train and of t10k.';

async function list(dir: string): Promise<string[] | undefined> {
  try {
    return await readdir(dir);
  } catch (cause) {
    const code = systemCode(cause);
    if (code === 'ENOENT' || (code === 'ENOTDIR' && !(await exists(dir)))) return undefined;
    throw unreadable(dir, cause);
  }
}

/** False below a file, too. */
async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A file or folder that is there and cannot be read. */
export function unreadable(path: string, cause: unknown): DataError {
  const code = systemCode(cause);
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOTDIR: 'it is not a folder',
    EISDIR: 'it is a folder, not a file',
  };
  const reason = (code && reasons[code]) ?? (cause instanceof Error ? cause.message : String(cause));
  return new DataError('E_DATA_UNREADABLE', `${path} can't be read: ${reason}.`, {
    hint:
      code === 'EACCES' || code === 'EPERM'
        ? `Give yourself the right to read it, e.g. chmod -R a+rX ${path}`
        : 'Give a folder that holds the four IDX files.',
    cause,
  });
}
