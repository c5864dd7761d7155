/**
 * The few protocol buffer encodings that event files and ONNX models need: https://protobuf.dev/programming-guides/encoding.
 * A library would be many times larger than these lines.
 *
 * Use it to write such a file; `@bbb/export` and the reporter `tensorboard` do.
 *
 * @packageDocumentation
 */

/** The bytes of one field of a message, including its tag. A message is a sequence of fields. */
export type Field = Uint8Array;

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A non-negative integer below 2^53. */
export function int64(field: number, value: number): Field {
  return concat([key(field, WIRE.varint), varint(value)]);
}

export function double(field: number, value: number): Field {
  return concat([key(field, WIRE.fixed64), doubles([value])]);
}

export function float(field: number, value: number): Field {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concat([key(field, WIRE.fixed32), bytes]);
}

export function string(field: number, value: string): Field {
  return delimited(field, new TextEncoder().encode(value));
}

export function message(field: number, fields: readonly Field[]): Field {
  return delimited(field, concat(fields));
}

export function packedDoubles(field: number, values: readonly number[]): Field {
  return delimited(field, doubles(values));
}

/** Bytes as they are, e.g. the elements of a tensor. */
export function bytesField(field: number, bytes: Uint8Array): Field {
  return delimited(field, bytes);
}

/** Non-negative integers below 2^53. */
export function packedInt64s(field: number, values: readonly number[]): Field {
  return delimited(field, concat(values.map(varint)));
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function delimited(field: number, bytes: Uint8Array): Field {
  return concat([key(field, WIRE.bytes), varint(bytes.length), bytes]);
}

function key(field: number, wire: number): Uint8Array {
  return varint(field * 8 + wire);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...bytes, rest]);
}

function doubles(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat64(i * 8, value, true));
  return bytes;
}
