import type { Key, Ops } from '@bbb/kernels';
import { gzipSync } from 'fflate';
import type { Model, Params } from '../model/model.js';
import type { NetworkBytes } from '../result/result.js';
import { eachDrawnWeight } from './drawn-weights.js';

/**
 * Bytes of the weights of the mean network (of an ensemble: of all members) as float32, in three forms: dense, sparse, and sparse with gzip.
 * The sparse form has one bit for each weight of a tensor with zeros, and the values that are not 0. Names and shapes do not count. The
 * compressor is the same on every machine, so the numbers are, too.
 */
export function bytesOf(ops: Ops, model: Model, params: Params, key: Key): NetworkBytes {
  let dense = 0;
  const parts: Uint8Array[] = [];
  eachDrawnWeight(model, params, key, (_weight, operand) => {
    const values = Float32Array.from(ops.read(operand));
    dense += values.byteLength;
    parts.push(...sparseParts(values));
  });
  const sparse = joined(parts);
  return { dense, sparse: sparse.length, gzip: gzipSync(sparse, { mtime: 0 }).length };
}

/** One bit for each value (1: it is not 0) and then the values that are not 0; or all values, if these take fewer bytes. */
function sparseParts(values: Float32Array): Uint8Array[] {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  const kept = new Float32Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) continue;
    bits[i >> 3]! |= 1 << (i & 7);
    kept[count++] = values[i]!;
  }
  if (bits.length + 4 * count >= values.byteLength) return [bytesIn(values)];
  return [bits, bytesIn(kept.subarray(0, count))];
}

function bytesIn(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
