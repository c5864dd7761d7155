import { createGunzip, gunzipSync } from 'node:zlib';
import { DataError, systemCode } from './errors.js';
import { headerLength, parseIdxHeader, wrongLength, type IdxHeader } from './idx.js';
import { RECOGNISED_BY } from './recognise.js';

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The uncompressed bytes of an IDX file, gzipped or not. A gzipped one is inflated up to the size that its own header
 * announces and no further, so a decompression bomb costs no memory.
 *
 * @param bytes the whole file; returned as it is where it is not gzipped
 * @param source what errors call the file, e.g. its path
 * @throws DataError `E_DATA_GZIP` for damaged compressed data, and as {@link parseIdxHeader}
 */
export async function inflateIdx(bytes: Uint8Array, source: string): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const { shape, totalBytes } = await peekHeader(bytes, source);
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(totalBytes, 1) });
  } catch (cause) {
    if (systemCode(cause) === 'ERR_BUFFER_TOO_LARGE') throw wrongLength('more', totalBytes, shape, source);
    throw damaged(source, cause);
  }
}

async function peekHeader(bytes: Uint8Array, source: string): Promise<IdxHeader> {
  const { start, cause } = await beginning(bytes);
  if (cause === undefined) return parseIdxHeader(start, source);
  // The bytes before the damage may give a better error, e.g. for a web page that was cut off.
  const isIdx = start[0] === 0 && start[1] === 0;
  if (start.length < 4 || (isIdx && start.length < headerLength(start))) throw damaged(source, cause);
  return parseIdxHeader(start, source);
}

/**
 * The first uncompressed bytes: enough for any IDX header, and to recognise another kind of file. The header of a gzip member may be long
 * (a file name, a comment, extra fields), and members may be short or empty, so the number of compressed bytes to read is not known
 * beforehand.
 */
async function beginning(bytes: Uint8Array): Promise<{ start: Uint8Array; cause?: unknown }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = createGunzip({ chunkSize: PEEK_BYTES });
  stream.end(bytes);
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= PEEK_BYTES) break;
    }
    return { start: Buffer.concat(chunks) };
  } catch (cause) {
    return { start: Buffer.concat(chunks), cause };
  }
}

/** Bytes of the longest header, which has 255 dimensions. */
const PEEK_BYTES = Math.max(RECOGNISED_BY, 4 + 4 * 255);

function damaged(source: string, cause: unknown): DataError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataError('E_DATA_GZIP', `${source} is a damaged or truncated gzip file: ${reason}.`, {
    hint: 'Fetch the file again; `gzip -t` tests it.',
    cause,
  });
}
