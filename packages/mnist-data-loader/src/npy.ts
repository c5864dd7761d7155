import { DataError } from './errors.js';
import { decodeElements, ELEMENT_BYTES, type ArrayOf, type Elements, type ElementType } from './elements.js';
import { MAX_IDX_BYTES } from './idx.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** NumPy's codes of element types. */
const TYPES: Readonly<Record<string, ElementType>> = {
  b1: 'uint8',
  u1: 'uint8',
  i1: 'int8',
  u2: 'uint16',
  i2: 'int16',
  u4: 'uint32',
  i4: 'int32',
  u8: 'uint64',
  i8: 'int64',
  f4: 'float32',
  f8: 'float64',
};

/**
 * Whether a file is a NumPy array, by its first six bytes.
 *
 * @param bytes the file, or the start of it
 */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

interface NpyHeader {
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly littleEndian: boolean;
  /** The first dimension changes fastest. */
  readonly fortran: boolean;
  /** Bytes before the data. */
  readonly headerBytes: number;
}

/**
 * Parses a whole `.npy` file: numbers of any kind, in any byte order, row-major or column-major. Allocates nothing of the
 * size that the header announces.
 *
 * @param bytes the whole file, header included
 * @param source what errors call the file, e.g. its path
 * @returns the elements, row-major whatever the order in the file
 * @throws DataError `E_DATA_NPY`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function parseNpy(bytes: Uint8Array, source: string): ArrayOf<ElementType> {
  const { shape, type, littleEndian, fortran, headerBytes } = parseHeader(bytes, source);
  const count = shape.reduce((product, size) => product * size, 1);
  const expected = headerBytes + count * ELEMENT_BYTES[type];
  if (bytes.length !== expected) {
    const how = bytes.length < expected ? 'truncated' : 'too long';
    throw broken(
      source,
      `is ${how}: ${bytes.length} bytes, where an array of ${shape.join(' x ')} ${type} takes ${expected}`,
    );
  }
  const data = decodeElements(bytes.subarray(headerBytes), type, littleEndian);
  return { shape, type, data: fortran ? rowMajor(data, shape) : data };
}

function parseHeader(bytes: Uint8Array, source: string): NpyHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const wide = (bytes[6] ?? 1) > 1;
  const start = wide ? 12 : 10;
  if (!isNpy(bytes) || bytes.length < start) throw broken(source, 'is not a whole NumPy array (.npy)');
  const headerBytes = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (headerBytes > Math.min(bytes.length, MOST_HEADER)) throw broken(source, 'ends within its header');
  const text = new TextDecoder('latin1').decode(Uint8Array.from(bytes.subarray(start, headerBytes)));
  const [, order = '', code = ''] = /'descr':\s*'([<>|=]?)([a-zA-Z]\d*)'/.exec(text) ?? [];
  const [, sizes] = /'shape':\s*\(([\d\s,]*)\)/.exec(text) ?? [];
  const [, fortran] = /'fortran_order':\s*(True|False)/.exec(text) ?? [];
  const type = TYPES[code];
  if (sizes === undefined || fortran === undefined) throw broken(source, 'has a header without a shape');
  if (!type) {
    throw new DataError(
      'E_DATA_NPY',
      `${source} holds elements of type ${JSON.stringify(order + code)}, which are not plain numbers.`,
      {
        hint: `Convert it in Python, e.g. x.astype('uint8'). Types that are read: ${Object.keys(TYPES).join(', ')}.`,
      },
    );
  }
  const shape = sizes
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  const elements = shape.reduce((product, size) => product * size, 1);
  if (elements * ELEMENT_BYTES[type] > MAX_IDX_BYTES) {
    throw broken(
      source,
      `announces an array of ${shape.join(' x ')} ${type}; the limit is ${MAX_IDX_BYTES} bytes`,
    );
  }
  return { shape, type, littleEndian: order !== '>', fortran: fortran === 'True', headerBytes };
}

/** Longest header. NumPy itself refuses longer ones. */
const MOST_HEADER = 65_536;

function broken(source: string, what: string): DataError {
  return new DataError('E_DATA_NPY', `${source} ${what}.`, {
    hint: "Write it again, e.g. numpy.save('x_train.npy', x_train), or fetch it again.",
  });
}

/** The elements of a column-major array in row-major order. */
function rowMajor(data: Elements, shape: readonly number[]): Elements {
  const strides = shape.map((_, i) => shape.slice(0, i).reduce((product, size) => product * size, 1));
  const index = shape.map(() => 0);
  let at = 0;
  const advance = (): void => {
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++index[axis]! < shape[axis]!) return;
      at -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  };
  // `map` makes a copy of any of these types; `slice` of a Buffer would not.
  return (data as Float64Array).map(() => {
    const value = data[at]!;
    advance();
    return value;
  });
}
