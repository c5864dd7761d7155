import { damaged } from './error.js';

/** One tensor of a file: a view of its bytes. */
export interface RawTensor {
  readonly dtype: 'F32' | 'U8';
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface RawFile {
  readonly tensors: ReadonlyMap<string, RawTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

const HEAD = 8;
const MOST_TENSORS = 100_000;
const BYTES = { F32: 4, U8: 1 } as const;

/** Safetensors, with tensors at multiples of 4. */
export function writeSafetensors(
  tensors: readonly (readonly [string, RawTensor])[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  let end = 0;
  const entries = tensors.map(([name, { dtype, shape, bytes }]) => {
    const begin = end;
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [begin, end] }] as const;
  });
  const text = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const json = new TextEncoder().encode(text);
  const padded = Math.ceil(json.length / 4) * 4;
  const file = new Uint8Array(HEAD + padded + end).fill(0x20, HEAD, HEAD + padded);
  new DataView(file.buffer).setUint32(0, padded, true);
  file.set(json, HEAD);
  let at = HEAD + padded;
  for (const [, { bytes }] of tensors) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/**
 * Reads an untrusted file: it reads no byte outside the file, and allocates no more than the file's own size.
 * @throws BbbError `E_MODEL_FILE`
 */
export function readSafetensors(file: Uint8Array): RawFile {
  if (file.length < HEAD) throw damaged(`it has ${file.length} bytes`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = view.getUint32(0, true);
  if (view.getUint32(4, true) !== 0 || length > file.length - HEAD) throw damaged('its header does not fit');
  const header = parse(file.subarray(HEAD, HEAD + length));
  const data = file.subarray(HEAD + length);
  const tensors = new Map<string, RawTensor>();
  const metadata = new Map<string, string>();
  const entries = Object.entries(header);
  if (entries.length > MOST_TENSORS) throw damaged('it has too many tensors');
  for (const [name, entry] of entries) {
    if (name !== '__metadata__') tensors.set(name, tensorOf(name, entry, data));
    else for (const [key, value] of Object.entries(Object(entry) as object)) metadata.set(key, textOf(value));
  }
  return { tensors, metadata };
}

function parse(bytes: Uint8Array): object {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof header === 'object' && header !== null && !Array.isArray(header)) return header;
  } catch {
    // The check below reports the error.
  }
  throw damaged('its header is not a JSON object');
}

function tensorOf(name: string, entry: unknown, data: Uint8Array): RawTensor {
  const { dtype, shape, data_offsets: offsets } = Object(entry) as Record<string, unknown>;
  if (dtype !== 'F32' && dtype !== 'U8')
    throw damaged(`the tensor "${name.slice(0, 100)}" has no known type`);
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2)
    throw damaged(`the tensor "${name.slice(0, 100)}" has no shape or place`);
  const [begin, end] = offsets as [number, number];
  const size = shape.reduce((product, n) => product * n, 1);
  if (begin > end || end > data.length || end - begin !== size * BYTES[dtype])
    throw damaged(`the tensor "${name.slice(0, 100)}" does not lie in the file`);
  return { dtype, shape, bytes: data.subarray(begin, end) };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw damaged('its metadata hold a value that is not a text');
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= 8 && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

/** A copy of the numbers of an F32 tensor: the bytes of a file may not be aligned. Every machine of today is little-endian, as the file is. */
export function floatsOf({ bytes }: RawTensor): Float32Array {
  const copy = new Float32Array(bytes.length / 4);
  new Uint8Array(copy.buffer).set(bytes);
  return copy;
}

export function rawFloats(values: Float32Array): RawTensor {
  return {
    dtype: 'F32',
    shape: [values.length],
    bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}
