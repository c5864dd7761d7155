import { DataError } from './errors.js';

/** An array of bytes as an IDX file holds it. */
export interface IdxArray {
  /** Sizes of the dimensions, outermost first. */
  readonly shape: readonly number[];
  /** Row-major; a view of the parsed bytes, not a copy. */
  readonly data: Uint8Array;
}

/** Larger arrays are refused: the largest set of this format in use (EMNIST by class) has 0.55 GB. */
export const MAX_IDX_BYTES = 2 ** 30;

const UINT8 = 0x08;
const TYPES: Readonly<Record<number, string>> = {
  0x09: 'int8',
  0x0b: 'int16',
  0x0c: 'int32',
  0x0d: 'float32',
  0x0e: 'float64',
};

/** The header of an IDX file: two zero bytes, element type, number of dimensions, then one big-endian uint32 each. */
export interface IdxHeader {
  readonly shape: readonly number[];
  /** Bytes before the data. */
  readonly headerBytes: number;
  /** Bytes of the whole file. */
  readonly totalBytes: number;
}

/**
 * Reads a header; `bytes` may be just the beginning of a file. Only unsigned bytes are supported.
 *
 * @param source named in messages, e.g. the file's path
 * @throws DataError `E_DATA_IDX_MAGIC`, `E_DATA_IDX_TYPE`, `E_DATA_IDX_LENGTH` (too short for a header), `E_DATA_IDX_SIZE`
 * @see http://yann.lecun.com/exdb/mnist/ "The IDX file format"
 */
export function parseIdxHeader(bytes: Uint8Array, source: string): IdxHeader {
  if (bytes.length < 4) {
    throw new DataError(
      'E_DATA_IDX_LENGTH',
      `${source} is not an IDX file: it has only ${bytes.length} bytes.`,
      {
        hint: RELOAD,
      },
    );
  }
  const type = bytes[2]!;
  const dimensions = bytes[3]!;
  if (bytes[0] !== 0 || bytes[1] !== 0 || dimensions === 0) {
    throw new DataError(
      'E_DATA_IDX_MAGIC',
      `${source} is not an IDX file: it starts with ${hex(bytes.subarray(0, 4))}, where 00 00 08 and the number of dimensions belong.`,
      { hint: 'Give the original files (train-images-idx3-ubyte and so on), gzipped or not.' },
    );
  }
  if (type !== UINT8) {
    throw new DataError(
      'E_DATA_IDX_TYPE',
      `${source} holds ${TYPES[type] ?? `elements of unknown type 0x${type.toString(16)}`}; only uint8 (0x08) is supported.`,
      { hint: 'Convert pixels and labels to unsigned bytes.' },
    );
  }
  const headerBytes = 4 + 4 * dimensions;
  if (bytes.length < headerBytes) {
    throw new DataError(
      'E_DATA_IDX_LENGTH',
      `${source} ends within its header: ${bytes.length} bytes, where ${dimensions} dimensions need ${headerBytes}.`,
      { hint: RELOAD },
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  // A zero anywhere makes the product zero, however large the other sizes are.
  const elements = shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
  if (elements > MAX_IDX_BYTES) {
    throw new DataError(
      'E_DATA_IDX_SIZE',
      `${source} announces an array of ${shape.join(' x ')} bytes; the limit is ${MAX_IDX_BYTES}.`,
      { hint: `If this is really an IDX file, split it. Otherwise: ${RELOAD}` },
    );
  }
  return { shape, headerBytes, totalBytes: headerBytes + elements };
}

/**
 * Parses a whole, uncompressed IDX file. Allocates nothing of the size that the header announces.
 *
 * @throws DataError as {@link parseIdxHeader}, and `E_DATA_IDX_LENGTH` unless the length is exactly what the header says
 */
export function parseIdx(bytes: Uint8Array, source: string): IdxArray {
  const { shape, headerBytes, totalBytes } = parseIdxHeader(bytes, source);
  if (bytes.length !== totalBytes) throw wrongLength(bytes.length, totalBytes, shape, source);
  return { shape, data: bytes.subarray(headerBytes) };
}

/** `E_DATA_IDX_LENGTH` for a file that does not have the length its header says. */
export function wrongLength(
  got: number | 'more',
  expected: number,
  shape: readonly number[],
  source: string,
): DataError {
  const short = got !== 'more' && got < expected;
  return new DataError(
    'E_DATA_IDX_LENGTH',
    `${source} is ${short ? 'truncated' : 'too long'}: ${got} bytes, where an array of ${shape.join(' x ')} takes ${expected}.`,
    { hint: RELOAD },
  );
}

const RELOAD = 'The file is damaged or incomplete: fetch it again.';

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
