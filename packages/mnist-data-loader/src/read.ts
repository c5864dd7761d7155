import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { DataError, systemCode } from './errors.js';
import { unreadable } from './files.js';
import { inflateIdx } from './gzip.js';
import { shellQuoted } from './recognise.js';
import { whatIs } from './whats-there.js';
import type { ArrayOf, ElementType } from './elements.js';
import { idxHeader, MAX_IDX_BYTES, parseIdx } from './idx.js';
import { isNpy, parseNpy } from './npy.js';

/** A parsed file. Unsigned bytes are in shared memory, because they are used without a copy. */
export interface ArrayFile extends ArrayOf<ElementType> {
  /**
   * SHA-256, hexadecimal, of the uncompressed file. For a NumPy array of bytes, it is the hash of an IDX file with the
   * same content, so that the identity of a set does not depend on how it is stored.
   */
  readonly sha256: string;
  /** Size on disk. */
  readonly bytes: number;
}

/**
 * Reads, inflates, parses and hashes one IDX file, or one NumPy array (`.npy`).
 *
 * @throws DataError `E_DATA_MISSING`, `E_DATA_UNREADABLE`, `E_DATA_IDX_SIZE`, and as {@link inflateIdx}, {@link parseIdx}
 *   and {@link parseNpy}
 */
export async function readArray(path: string): Promise<ArrayFile> {
  return parseArray(await readBounded(path), path);
}

/** As {@link readArray}, from bytes that were read already. */
export async function parseArray(raw: Uint8Array, path: string): Promise<ArrayFile> {
  const { array, hashed } = isNpy(raw) ? npyArray(raw, path) : await idxArray(raw, path);
  const hash = createHash('sha256');
  for (const part of hashed) hash.update(part);
  const { data } = array;
  return {
    ...array,
    data: data instanceof Uint8Array ? inSharedMemory(data) : data,
    sha256: hash.digest('hex'),
    bytes: raw.length,
  };
}

/** An array, and the bytes to hash. */
interface Parsed {
  readonly array: ArrayOf<ElementType>;
  readonly hashed: readonly Uint8Array[];
}

async function idxArray(raw: Uint8Array, path: string): Promise<Parsed> {
  const whole = await inflateIdx(raw, path);
  return { array: parseIdx(whole, path), hashed: [whole] };
}

function npyArray(raw: Uint8Array, path: string): Parsed {
  const array = parseNpy(raw, path);
  const { data, shape } = array;
  return { array, hashed: data instanceof Uint8Array ? [idxHeader(shape), data] : [raw] };
}

/** The bytes of a regular file in shared memory. Larger files than any data set are refused. */
export async function readBounded(path: string): Promise<Uint8Array> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw Object.assign(new Error(path), { code: 'EISDIR' });
    // Devices and pipes are refused: they have no size, and opening one may block for ever.
    if (!status.isFile()) throw new Error('it is not a regular file');
    if (status.size <= MAX_IDX_BYTES + HEADER_ROOM) return await readShared(path, status.size);
    const kind = await whatIs(path);
    throw new DataError(
      'E_DATA_IDX_SIZE',
      `${path} has ${status.size} bytes; the limit is ${MAX_IDX_BYTES}.${kind ? ` It is ${kind.what}.` : ''}`,
      { hint: kind?.advice(shellQuoted(path)) ?? 'This is not a data set of IDX files.' },
    );
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    if (systemCode(cause) === 'ENOENT') {
      throw new DataError('E_DATA_MISSING', `${path} does not exist.`, {
        hint: 'Check whether it is a link to a file that was removed.',
        cause,
      });
    }
    throw unreadable(path, cause);
  }
}

const HEADER_ROOM = 4096;

/** The first bytes of a regular file. No bytes if it does not exist or is not a regular file. */
export async function readBeginning(path: string): Promise<Uint8Array> {
  // A pipe is not opened, because that would block until another process writes to it.
  const status = await stat(path).catch(() => undefined);
  if (!status?.isFile()) return new Uint8Array(0);
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(4));
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

// Reads into the memory where the bytes will stay, because copying 47 MB takes longer than reading them.
async function readShared(path: string, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(new SharedArrayBuffer(size));
  const file = await open(path);
  try {
    let done = 0;
    for (let got = -1; got !== 0 && done < size; done += got) {
      got = (await file.read(bytes, done, size - done, done)).bytesRead;
    }
    return bytes.subarray(0, done);
  } finally {
    await file.close();
  }
}

function inSharedMemory(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
