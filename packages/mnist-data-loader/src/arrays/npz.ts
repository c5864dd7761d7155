import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import type { FileRole } from '../dataset.js';
import { DataError } from '../errors.js';
import { roleOfArray } from '../files.js';
import { MAX_IDX_BYTES } from '../idx.js';
import { parseArray, readBounded, type ArrayFile } from '../read.js';
import { zipSums } from './zip-sums.js';

/** The arrays of an archive of NumPy (`.npz`), by their role in a data set. */
export interface Archive {
  readonly arrays: Readonly<Partial<Record<FileRole, ArrayFile>>>;
  /** The origin of each array, for messages: `mnist.npz: x_train`. */
  readonly names: Readonly<Partial<Record<FileRole, string>>>;
  /** Names of arrays that belong to no part. */
  readonly others: readonly string[];
}

const MOST_MEMBERS = 1000;

/** Whether bytes begin as a zip archive does. The name of the file does not matter. */
export function isZip(start: Uint8Array): boolean {
  return start[0] === 0x50 && start[1] === 0x4b && start[2] === 0x03 && start[3] === 0x04;
}

/**
 * Reads what numpy.savez wrote: `x_train`, `y_train`, `x_test`, `y_test` as in Keras; `train_images` and so on as in
 * MedMNIST; or one pair of `x` and `y`.
 * @throws DataError `E_DATA_NPZ` for a damaged archive and one without images or labels, as {@link parseArray}
 */
export async function readNpz(path: string): Promise<Archive> {
  const members = await unzip(await readBounded(path), path);
  const arrays: Partial<Record<FileRole, ArrayFile>> = {};
  const names: Partial<Record<FileRole, string>> = {};
  const others: string[] = [];
  for (const [member, bytes] of Object.entries(members).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const name = member.replace(/\.npy$/, '');
    const role = roleOfArray(basename(member));
    if (!role || arrays[role]) {
      others.push(name);
      continue;
    }
    names[role] = `${path}: ${name}`;
    arrays[role] = await parseArray(bytes, names[role]);
  }
  for (const role of ['train-images', 'train-labels'] as const)
    if (!arrays[role]) throw lacks(path, role, others);
  if (!arrays['t10k-images'] !== !arrays['t10k-labels']) {
    throw lacks(path, arrays['t10k-images'] ? 't10k-labels' : 't10k-images', others);
  }
  return { arrays, names, others };
}

/** DEFLATE makes no byte longer than this many. A damaged archive may announce more, and memory for it would be taken at once. */
const DEFLATE_RATIO = 1032;

async function unzip(bytes: Uint8Array, path: string): Promise<Record<string, Uint8Array>> {
  const { unzipSync } = await import('fflate');
  let members = 0;
  try {
    const found = unzipSync(bytes, {
      // This check comes before any memory of the announced size is allocated.
      filter: ({ name, size, originalSize }) => {
        if (++members > MOST_MEMBERS) throw damaged(path, `it has more than ${MOST_MEMBERS} members`);
        if (!name.endsWith('.npy')) return false;
        const possible = Math.min(MAX_IDX_BYTES, DEFLATE_RATIO * Math.min(size, bytes.length));
        if (originalSize <= possible) return true;
        throw damaged(path, `${name} has ${originalSize} bytes; the limit is ${possible}`);
      },
    });
    checkSums(found, bytes, path);
    return found;
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw damaged(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** Compares the check sum of a member, because the library does not. Most arrays are not even compressed. */
function checkSums(found: Readonly<Record<string, Uint8Array>>, bytes: Uint8Array, path: string): void {
  const sums = zipSums(bytes);
  for (const [name, content] of Object.entries(found)) {
    const sum = sums.get(name);
    if (sum !== undefined && crc32(content) !== sum) throw damaged(path, `the check sum of ${name} is wrong`);
  }
}

function damaged(path: string, what: string, cause?: unknown): DataError {
  return new DataError('E_DATA_NPZ', `${path} is not a whole NumPy archive: ${what}.`, {
    hint: 'Fetch it again; `unzip -t` tests it.',
    cause,
  });
}

function lacks(path: string, role: FileRole, others: readonly string[]): DataError {
  const usual = {
    'train-images': 'x_train',
    'train-labels': 'y_train',
    't10k-images': 'x_test',
    't10k-labels': 'y_test',
  };
  const rest = others.length === 0 ? '' : ` It has ${others.slice(0, 8).join(', ')}.`;
  return new DataError('E_DATA_NPZ', `${path} has no array ${usual[role]}.${rest}`, {
    hint: "Write it again with these names: numpy.savez('set.npz', x_train=..., y_train=..., x_test=..., y_test=...).",
  });
}
