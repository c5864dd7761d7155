/** What an element of an IDX array can be. */
export type IdxType = 'uint8' | 'int8' | 'int16' | 'int32' | 'float32' | 'float64';

export type Elements = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

export const ELEMENT_BYTES: Readonly<Record<IdxType, number>> = {
  uint8: 1,
  int8: 1,
  int16: 2,
  int32: 4,
  float32: 4,
  float64: 8,
};

/** Elements are big-endian in the file; bytes are not copied. */
export function decodeElements(bytes: Uint8Array, type: IdxType): Elements {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = bytes.length / ELEMENT_BYTES[type];
  switch (type) {
    case 'uint8':
      return bytes;
    case 'int8':
      return Int8Array.from(bytes, (byte) => (byte << 24) >> 24);
    case 'int16':
      return filled(new Int16Array(count), (i) => view.getInt16(2 * i));
    case 'int32':
      return filled(new Int32Array(count), (i) => view.getInt32(4 * i));
    case 'float32':
      return filled(new Float32Array(count), (i) => view.getFloat32(4 * i));
    case 'float64':
      return filled(new Float64Array(count), (i) => view.getFloat64(8 * i));
  }
}

function filled<T extends Int16Array | Int32Array | Float32Array | Float64Array>(
  target: T,
  at: (i: number) => number,
): T {
  for (let i = 0; i < target.length; i++) target[i] = at(i);
  return target;
}
