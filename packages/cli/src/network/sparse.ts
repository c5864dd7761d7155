import { gunzipSync, gzipSync } from 'node:zlib';
import {
  decodeSafetensors,
  encodeSafetensors,
  sizeOf,
  type KeepMasks,
  type ParamSpec,
  type SafeTensor,
} from '@bbb/core';
import { z } from 'zod';
import { UsageError } from '../errors/usage.js';

/**
 * A pruned checkpoint in a smaller file: gzipped safetensors. A pruned tensor `params.x` is replaced by `keep.<weight>`
 * (a bit for each element, lowest bit first, 1 is kept) and `kept.params.x` (the kept elements in order). The metadata `filled` holds
 * the value of the removed elements, which is the same for all of a tensor.
 */
const FORMAT = 'bbb-sparse/1';
const LARGEST = 2 ** 31;

const filledSchema = z.record(
  z.string(),
  z.strictObject({
    keep: z.string(),
    shape: z.array(z.int().min(0)).readonly(),
    // JSON has no infinity, so it is written as text.
    value: z.union([z.number(), z.literal('-Infinity')]),
  }),
);
type Filled = z.output<typeof filledSchema>[string];

/** @param params which weight each parameter belongs to */
export function packSparse(
  dense: Uint8Array,
  keep: KeepMasks,
  params: readonly Pick<ParamSpec, 'name' | 'weight'>[],
): Uint8Array {
  const weightOf = new Map(params.map(({ name, weight }) => [`params.${name}`, weight]));
  const { tensors, metadata } = decodeSafetensors(dense);
  const filled: Record<string, Filled> = {};
  const packed: Record<string, SafeTensor> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    const weight = weightOf.get(name);
    const mask = weight === undefined ? undefined : keep[weight];
    const value = mask && tensor.dtype === 'F32' ? commonValue(tensor.data, mask) : undefined;
    if (mask === undefined || value === undefined || tensor.dtype !== 'F32') {
      packed[name] = tensor;
      continue;
    }
    const kept = tensor.data.filter((_, i) => mask[i] === 1);
    packed[`kept.${name}`] = { dtype: 'F32', shape: [kept.length], data: kept };
    const bits = packBits(mask);
    packed[`keep.${weight!}`] = { dtype: 'U8', shape: [bits.length], data: bits };
    filled[name] = { keep: weight!, shape: tensor.shape, value: value === -Infinity ? '-Infinity' : value };
  }
  const details = { ...metadata, format: FORMAT, dense: metadata['format']!, filled: JSON.stringify(filled) };
  return gzipSync(encodeSafetensors(packed, details), { level: 9 });
}

/** Whether these are the bytes of a gzip file. */
export function isSparse(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Restores the checkpoint, to the bit.
 * @throws UsageError for a gzip file with another content, or a damaged one
 */
export function unpackSparse(bytes: Uint8Array): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(inflate(bytes));
  const { dense, filled, ...rest } = metadata;
  if (metadata['format'] !== FORMAT || dense === undefined || filled === undefined) {
    throw new UsageError(
      'This gzip file is not a sparse checkpoint of bbb.',
      'Write one with bbb prune --sparse.',
    );
  }
  const places = parseFilled(filled);
  const restored = Object.entries(tensors).flatMap(([name, tensor]): [string, SafeTensor][] => {
    if (name.startsWith('keep.')) return [];
    const original = name.slice('kept.'.length);
    const place = name.startsWith('kept.') ? places[original] : undefined;
    return [place ? [original, fill(place, tensor, tensors[`keep.${place.keep}`])] : [name, tensor]];
  });
  return encodeSafetensors(Object.fromEntries(restored), { ...rest, format: dense });
}

function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST });
  } catch (cause) {
    throw damaged((cause as Error).message);
  }
}

function parseFilled(text: string): Readonly<Record<string, Filled>> {
  try {
    return filledSchema.parse(JSON.parse(text));
  } catch {
    throw damaged('the description of its tensors is malformed');
  }
}

function fill({ shape, value }: Filled, kept: SafeTensor, bits: SafeTensor | undefined): SafeTensor {
  const size = sizeOf(shape);
  if (bits?.dtype !== 'U8' || kept.dtype !== 'F32' || bits.data.length !== Math.ceil(size / 8)) {
    throw damaged('a tensor has another size than its description says');
  }
  const data = new Float32Array(size).fill(Number(value));
  let next = 0;
  for (let i = 0; i < size; i++) {
    if (((bits.data[i >> 3]! >> (i & 7)) & 1) === 1) data[i] = kept.data[next++]!;
  }
  if (next !== kept.data.length) throw damaged('a tensor has another number of weights than its mask');
  return { dtype: 'F32', shape, data };
}

function damaged(reason: string): UsageError {
  return new UsageError(`This sparse checkpoint is damaged: ${reason}.`, 'Write it again with bbb prune.');
}

/** The value of all removed elements. Undefined if they differ, or none is removed. */
function commonValue(data: Float32Array, mask: Uint8Array): number | undefined {
  if (data.length !== mask.length) return undefined;
  const first = mask.indexOf(0);
  if (first < 0) return undefined;
  const value = data[first]!;
  return mask.every((kept, i) => kept === 1 || Object.is(data[i], value)) ? value : undefined;
}

function packBits(mask: Uint8Array): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(Math.ceil(mask.length / 8));
  mask.forEach((kept, i) => {
    bits[i >> 3]! |= kept << (i & 7);
  });
  return bits;
}
