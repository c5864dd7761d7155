import { constants, gunzipSync } from 'node:zlib';
import { DataError, systemCode } from './errors.js';
import { parseIdxHeader, wrongLength, type IdxHeader } from './idx.js';

/** Enough compressed bytes for any IDX header; they can inflate to at most a megabyte. */
const PEEK_BYTES = 1024;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The uncompressed bytes of an IDX file, gzipped or not. A gzipped one is inflated up to the size that its own header
 * announces and no further, so a decompression bomb costs no memory.
 *
 * @throws DataError `E_DATA_GZIP` for damaged compressed data, and as {@link parseIdxHeader}
 */
export function inflateIdx(bytes: Uint8Array, source: string): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  const { shape, totalBytes } = peekHeader(bytes, source);
  try {
    return gunzipSync(bytes, { maxOutputLength: totalBytes });
  } catch (cause) {
    if (systemCode(cause) === 'ERR_BUFFER_TOO_LARGE') throw wrongLength('more', totalBytes, shape, source);
    throw damaged(source, cause);
  }
}

function peekHeader(bytes: Uint8Array, source: string): IdxHeader {
  let start: Uint8Array;
  try {
    start = gunzipSync(bytes.subarray(0, PEEK_BYTES), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (cause) {
    throw damaged(source, cause);
  }
  return parseIdxHeader(start, source);
}

function damaged(source: string, cause: unknown): DataError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataError('E_DATA_GZIP', `${source} is a damaged or truncated gzip file: ${reason}.`, {
    hint: 'Fetch the file again; `gzip -t` tests it.',
    cause,
  });
}
