/** The types of elements of an IDX array. */
export type IdxType = 'uint8' | 'int8' | 'int16' | 'int32' | 'float32' | 'float64';

/** The types of elements of all arrays that can be read. 64-bit integers are kept as float64. */
export type ElementType = IdxType | 'uint16' | 'uint32' | 'int64' | 'uint64';

export type Elements =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** An array as a file holds it. */
export interface ArrayOf<Type extends ElementType> {
  /** Sizes of the dimensions, outermost first. */
  readonly shape: readonly number[];
  readonly type: Type;
  /** Row-major. Unsigned bytes are a view of the parsed file; wider elements are a copy in the byte order of this machine. */
  readonly data: Elements;
}

export const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

/** Elements as numbers; unsigned bytes are not copied. IDX is big-endian. */
export function decodeElements(bytes: Uint8Array, type: ElementType, littleEndian = false): Elements {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = bytes.length / ELEMENT_BYTES[type];
  switch (type) {
    case 'uint8':
      return bytes;
    case 'int8':
      return filled(new Int8Array(count), (i) => view.getInt8(i));
    case 'uint16':
      return filled(new Uint16Array(count), (i) => view.getUint16(2 * i, littleEndian));
    case 'int16':
      return filled(new Int16Array(count), (i) => view.getInt16(2 * i, littleEndian));
    case 'uint32':
      return filled(new Uint32Array(count), (i) => view.getUint32(4 * i, littleEndian));
    case 'int32':
      return filled(new Int32Array(count), (i) => view.getInt32(4 * i, littleEndian));
    case 'int64':
      return filled(new Float64Array(count), (i) => Number(view.getBigInt64(8 * i, littleEndian)));
    case 'uint64':
      return filled(new Float64Array(count), (i) => Number(view.getBigUint64(8 * i, littleEndian)));
    case 'float32':
      return filled(new Float32Array(count), (i) => view.getFloat32(4 * i, littleEndian));
    case 'float64':
      return filled(new Float64Array(count), (i) => view.getFloat64(8 * i, littleEndian));
  }
}

function filled<T extends Exclude<Elements, Uint8Array>>(target: T, at: (i: number) => number): T {
  for (let i = 0; i < target.length; i++) target[i] = at(i);
  return target;
}
