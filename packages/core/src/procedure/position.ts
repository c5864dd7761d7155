import { z } from 'zod';
import { BbbError } from '../errors.js';
import type { SafeTensor } from '../checkpoint/safetensors.js';
import { prefixed, type Stored } from '../checkpoint/trial-checkpoint.js';
import type { KeepMasks } from '../model/model.js';
import type { Latency, PruningResult } from '../result/result.js';
import { below } from './snapshots.js';

/** The result of a measured network, and the mask of its first layer, which a figure shows. */
export interface MeasuredRow {
  readonly row: PruningResult;
  readonly latency?: Latency;
  readonly firstLayer?: Uint8Array;
}

/** The position in a procedure at the end of an epoch: everything that the procedure needs to go on. */
export interface Position {
  readonly chain: number;
  readonly step: number;
  /** Number of epochs of this step that are done. */
  readonly done: number;
  /** Number of optimiser steps done. */
  readonly optimizerStep: number;
  readonly params: Stored;
  readonly moments: Stored;
  readonly keep?: KeepMasks;
  readonly units?: KeepMasks;
  readonly warnings: readonly string[];
  readonly rows: readonly MeasuredRow[];
}

const natural = z.int().min(0);
const recordSchema = z.strictObject({
  chain: natural,
  step: natural,
  done: natural,
  optimizerStep: natural,
  warnings: z.array(z.string()),
  rows: natural,
});

/** A position for a checkpoint: a record for its metadata, and tensors. */
export function encodePosition(position: Position): { readonly record: string; readonly tensors: Stored } {
  const { params, moments, keep, units, rows, ...rest } = position;
  return {
    record: JSON.stringify({ ...rest, rows: rows.length }),
    tensors: {
      ...prefixed('pruned.params', params),
      ...prefixed('pruned.moments', moments),
      ...(keep ? prefixed('pruned.keep', bytesOf(keep)) : {}),
      ...(units ? prefixed('pruned.units', bytesOf(units)) : {}),
      ...Object.fromEntries(
        rows.flatMap(({ firstLayer, ...rest }, i) => [
          [`pruned.rows.${i}`, tensor(new TextEncoder().encode(JSON.stringify(rest, notFinite)))],
          ...(firstLayer ? [[`pruned.first.${i}`, tensor(firstLayer)] as const] : []),
        ]),
      ),
    },
  };
}

/** @throws BbbError `E_CHECKPOINT_MISMATCH` for a record or tensors that {@link encodePosition} did not write */
export function decodePosition(record: string, tensors: Stored): Position {
  try {
    const { rows, ...rest } = recordSchema.parse(JSON.parse(record));
    const keep = masksOf(below(tensors, 'pruned.keep.'));
    const units = masksOf(below(tensors, 'pruned.units.'));
    return {
      ...rest,
      params: below(tensors, 'pruned.params.'),
      moments: below(tensors, 'pruned.moments.'),
      ...(keep ? { keep } : {}),
      ...(units ? { units } : {}),
      rows: Array.from({ length: rows }, (_, i) => {
        const firstLayer = tensors[`pruned.first.${i}`];
        const text = new TextDecoder().decode(bytes(tensors[`pruned.rows.${i}`]));
        return {
          ...(JSON.parse(text, finiteAgain) as Pick<MeasuredRow, 'row' | 'latency'>),
          ...(firstLayer ? { firstLayer: bytes(firstLayer) } : {}),
        };
      }),
    };
  } catch (cause) {
    throw new BbbError(
      'E_CHECKPOINT_MISMATCH',
      'The checkpoint does not hold the position of its procedure.',
      {
        hint: 'Start the trial over, without this checkpoint.',
        cause,
      },
    );
  }
}

/** JSON has no infinity and no NaN, so such metrics are written as text. The end of the trial reports them, resumed or not. */
function notFinite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { notFinite: String(value) } : value;
}

function finiteAgain(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('notFinite' in value)) return value;
  return Number(value.notFinite);
}

function tensor(data: Uint8Array): SafeTensor {
  return { dtype: 'U8', shape: [data.length], data: Uint8Array.from(data) };
}

function bytesOf(masks: KeepMasks): Stored {
  return Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, tensor(mask)]));
}

function bytes(stored: SafeTensor | undefined): Uint8Array {
  if (stored?.dtype !== 'U8') throw new TypeError('expected bytes');
  return stored.data;
}

function masksOf(stored: Stored): KeepMasks | undefined {
  const entries = Object.entries(stored).map(([name, mask]) => [name, bytes(mask)] as const);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
