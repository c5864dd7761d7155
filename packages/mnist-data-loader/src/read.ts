import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { DataError, systemCode } from './errors.js';
import { unreadable } from './files.js';
import { inflateIdx } from './gzip.js';
import { MAX_IDX_BYTES, parseIdx, type IdxArray } from './idx.js';

/** A parsed file, its bytes in shared memory. */
export interface IdxFile extends IdxArray {
  /** Of the uncompressed file, hexadecimal. */
  readonly sha256: string;
  /** Size on disk. */
  readonly bytes: number;
}

/**
 * Reads, inflates, parses and hashes one IDX file.
 *
 * @throws DataError `E_DATA_MISSING`, `E_DATA_UNREADABLE`, `E_DATA_IDX_SIZE`, and as {@link inflateIdx} and {@link parseIdx}
 */
export async function readIdx(path: string): Promise<IdxFile> {
  const raw = await readBounded(path);
  const whole = inflateIdx(raw, path);
  const { shape, data } = parseIdx(whole, path);
  const shared = new Uint8Array(new SharedArrayBuffer(data.length));
  shared.set(data);
  return {
    shape,
    data: shared,
    sha256: createHash('sha256').update(whole).digest('hex'),
    bytes: raw.length,
  };
}

/** The bytes of a regular file that is not absurdly large. */
async function readBounded(path: string): Promise<Uint8Array> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw Object.assign(new Error(path), { code: 'EISDIR' });
    // Devices and pipes have no size to trust, and opening one may block for ever.
    if (!status.isFile()) throw new Error('it is not a regular file');
    if (status.size <= MAX_IDX_BYTES + HEADER_ROOM) return await readFile(path);
    throw new DataError(
      'E_DATA_IDX_SIZE',
      `${path} has ${status.size} bytes; the limit is ${MAX_IDX_BYTES}.`,
      { hint: 'This is not a data set of IDX files.' },
    );
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    if (systemCode(cause) === 'ENOENT') {
      throw new DataError('E_DATA_MISSING', `${path} does not exist.`, {
        hint: 'Is it a link to a file that has gone?',
        cause,
      });
    }
    throw unreadable(path, cause);
  }
}

const HEADER_ROOM = 4096;
