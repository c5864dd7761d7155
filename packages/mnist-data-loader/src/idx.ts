import { DataError } from './errors.js';
import { decodeElements, ELEMENT_BYTES, type ArrayOf, type IdxType } from './elements.js';
import { recognise, shellQuoted } from './recognise.js';

/** An array of an IDX file. */
export type IdxArray = ArrayOf<IdxType>;

/** Larger arrays are refused: the largest set of this format in use (EMNIST by class) has 0.55 GB. */
export const MAX_IDX_BYTES = 2 ** 30;

/** Element types by the third byte of a file. */
const TYPES: Readonly<Record<number, IdxType>> = {
  0x08: 'uint8',
  0x09: 'int8',
  0x0b: 'int16',
  0x0c: 'int32',
  0x0d: 'float32',
  0x0e: 'float64',
};

/** The header of an IDX file: two zero bytes, element type, number of dimensions, then one big-endian uint32 each. */
export interface IdxHeader {
  readonly shape: readonly number[];
  readonly type: IdxType;
  /** Bytes before the data. */
  readonly headerBytes: number;
  /** Bytes of the whole file. */
  readonly totalBytes: number;
}

/**
 * Reads a header; `bytes` may be just the beginning of a file.
 *
 * @param source named in messages, e.g. the file's path
 * @throws DataError `E_DATA_IDX_MAGIC`, `E_DATA_IDX_TYPE`, `E_DATA_IDX_LENGTH` (too short for a header), `E_DATA_IDX_SIZE`
 * @see http://yann.lecun.com/exdb/mnist/ "The IDX file format"
 */
export function parseIdxHeader(bytes: Uint8Array, source: string): IdxHeader {
  if (bytes.length < 4) throw tooShort(bytes, source);
  const dimensions = bytes[3]!;
  if (bytes[0] !== 0 || bytes[1] !== 0 || dimensions === 0) throw notIdx(bytes, source);
  const type = TYPES[bytes[2]!];
  if (!type) throw unknownType(bytes, source);
  const headerBytes = headerLength(bytes);
  if (bytes.length < headerBytes) {
    throw new DataError(
      'E_DATA_IDX_LENGTH',
      `${source} ends within its header: ${bytes.length} bytes, where ${dimensions} dimensions need ${headerBytes}.`,
      { hint: RELOAD },
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const dataBytes = elements(shape) * ELEMENT_BYTES[type];
  if (dataBytes > MAX_IDX_BYTES) throw tooLarge(shape, type, view, source);
  return { shape, type, headerBytes, totalBytes: headerBytes + dataBytes };
}

/** Length of the header of an IDX file in bytes, from its first four bytes. */
export function headerLength(start: Uint8Array): number {
  return 4 + 4 * (start[3] ?? 0);
}

/**
 * Parses a whole, uncompressed IDX file. Allocates nothing of the size that the header announces.
 *
 * @param bytes the whole file, header included
 * @param source what errors call the file, e.g. its path
 * @returns the elements, row-major, with their type and shape
 * @throws DataError as {@link parseIdxHeader}, and `E_DATA_IDX_LENGTH` unless the length is exactly what the header says
 */
export function parseIdx(bytes: Uint8Array, source: string): IdxArray {
  const { shape, type, headerBytes, totalBytes } = parseIdxHeader(bytes, source);
  if (bytes.length !== totalBytes) throw wrongLength(bytes.length, totalBytes, shape, source);
  return { shape, type, data: decodeElements(bytes.subarray(headerBytes), type) };
}

/**
 * The header of an IDX file of unsigned bytes.
 *
 * @param shape sizes of the axes, the slowest first: `[images, height, width]`, or `[images]` for labels
 * @returns 4 bytes, and 4 for each axis, big-endian
 */
export function idxHeader(shape: readonly number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, 0x08);
  header.setUint8(3, shape.length);
  shape.forEach((size, i) => header.setUint32(4 + 4 * i, size));
  return new Uint8Array(header.buffer);
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

/** The product of the sizes, or 0 as soon as one size is 0, also when the other sizes would overflow. */
function elements(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}

function tooShort(bytes: Uint8Array, source: string): DataError {
  return new DataError(
    'E_DATA_IDX_LENGTH',
    `${source} is not an IDX file: ${bytes.length === 0 ? 'it is empty (0 bytes)' : `it has only ${bytes.length} bytes`}.`,
    { hint: RELOAD },
  );
}

function notIdx(bytes: Uint8Array, source: string): DataError {
  const found = recognise(bytes);
  const start = `it starts with ${hex(bytes.subarray(0, 4))}, where 00 00 08 and the number of dimensions belong`;
  return new DataError(
    'E_DATA_IDX_MAGIC',
    `${source} is not an IDX file: ${found ? `it is ${found.what}` : start}.`,
    {
      hint:
        found?.advice(shellQuoted(source)) ??
        'Give the original files (train-images-idx3-ubyte and so on), gzipped or not.',
    },
  );
}

function unknownType(bytes: Uint8Array, source: string): DataError {
  const known = Object.entries(TYPES).map(([code, name]) => `${name} (${hex(Uint8Array.of(Number(code)))})`);
  return new DataError(
    'E_DATA_IDX_TYPE',
    `${source} holds elements of unknown type ${hex(bytes.subarray(2, 3))} (its third byte).`,
    { hint: `Types of the format: ${known.join(', ')}. ${RELOAD}` },
  );
}

function tooLarge(shape: readonly number[], type: IdxType, view: DataView, source: string): DataError {
  const swapped = shape.map((_, i) => view.getUint32(4 + 4 * i, true));
  const littleEndian = elements(swapped) * ELEMENT_BYTES[type] <= MAX_IDX_BYTES;
  return new DataError(
    'E_DATA_IDX_SIZE',
    `${source} announces an array of ${shape.join(' x ')} ${type}; the limit is ${MAX_IDX_BYTES} bytes.`,
    {
      hint: littleEndian
        ? `Its sizes look written in little-endian order (${swapped.join(' x ')}); IDX is big-endian: write it again, e.g. struct.pack('>I', ...) in Python.`
        : `If this is really an IDX file, split it. Otherwise: ${RELOAD}`,
    },
  );
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
