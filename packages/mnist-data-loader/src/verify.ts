import type { FileRole } from './dataset.js';
import { DataError } from './errors.js';
import { identify, type KnownSet } from './known.js';

/**
 * Compares the hash of a file with that of the published set. The error says whether a file is damaged, belongs to another set, or was
 * exchanged with another file.
 *
 * @throws DataError `E_DATA_MISLABELLED`, `E_DATA_HASH`
 */
export function verifyFile(set: KnownSet, role: FileRole, sha256: string, path: string): void {
  if (sha256 === set.sha256[role]) return;
  const actual = identify(sha256);
  if (actual) {
    const what = `${role} of ${set.title}`;
    throw new DataError(
      'E_DATA_MISLABELLED',
      `${path} should be ${what}, but its content is ${actual.role} of ${actual.set.title}.`,
      {
        hint:
          actual.set === set
            ? "The files of this folder have each other's names: rename them."
            : `Ask for ${actual.set.name}, or give the folder of ${set.title}.`,
      },
    );
  }
  throw new DataError(
    'E_DATA_HASH',
    `${path} is not the published file: SHA-256 ${sha256}, expected ${set.sha256[role]}.`,
    {
      hint: `The file is damaged or was altered: fetch it again. A data set of your own needs another name than ${set.name}.`,
    },
  );
}
