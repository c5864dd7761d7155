import type { Ops } from '@bbb/kernels';
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from './safetensors.js';
import { BbbError } from '../errors.js';
import type { Params } from '../model/model.js';
import { disposeParams, flatMoments } from '../model/params.js';
import type { Moments, TrainingState } from '../model/trainer.js';
import type { DataSpec } from '../data/spec.js';
import { canonicalJson } from '../canonical-json.js';
import { dataMetadata, parseMetadata } from './metadata.js';
import type { Trial } from '../trial/trial.js';

const FORMAT = 'bbb-checkpoint/1';

/** A training state at the end of an epoch, as it is stored. */
export interface TrialCheckpoint {
  readonly trial: Trial;
  /** Number of epochs that are done. */
  readonly epoch: number;
  readonly step: number;
  /** See `parseMetadata`. */
  readonly data?: DataSpec;
  /** The position in its procedure, if the procedure has begun: see `decodePosition`. */
  readonly procedure?: string;
  /** For each training state that the procedure will go back to, by number of epochs: the number of optimiser steps. */
  readonly kept?: Readonly<Record<string, number>>;
  /**
   * `params.<name>` and `moments.<name>`; `best.<name>` if the validation error selects an epoch; during a procedure also names that begin with
   * `kept.<epoch>.` and `pruned.`.
   */
  readonly tensors: Readonly<Record<string, SafeTensor>>;
}

/** What a checkpoint has in addition if the trial has a procedure. */
export interface ProcedurePart {
  readonly metadata: { readonly kept?: string; readonly procedure?: string };
  readonly tensors: Stored;
}

/**
 * Safetensors bytes: a pure function of trial, data, epoch and state.
 * @param ops the ops to compute with, e.g. those of `startBackend`
 * @param of the trial and the kind of its data
 * @param epoch number of epochs that were trained
 * @param state parameters and moments as they are
 * @param best the weights of the best epoch so far, if the trial keeps those
 * @param procedure the position in the pruning procedure
 */
export function encodeCheckpoint(
  ops: Ops,
  { trial, data }: { readonly trial: Trial; readonly data: DataSpec },
  epoch: number,
  state: TrainingState,
  best?: Stored,
  procedure?: ProcedurePart,
): Uint8Array {
  const tensors = {
    ...procedure?.tensors,
    ...prefixed('params', readParams(ops, state.params)),
    ...prefixed('moments', readParams(ops, flatMoments(state.moments))),
    ...(best ? prefixed('best', best) : {}),
  };
  const metadata = {
    format: FORMAT,
    trial: canonicalJson(trial),
    epoch: String(epoch),
    step: String(state.step),
    ...dataMetadata(trial, data),
    ...procedure?.metadata,
  };
  return encodeSafetensors(tensors, metadata);
}

/**
 * Reads a checkpoint of bbb.
 * @param bytes the whole file
 * @throws CheckpointError for damaged bytes; BbbError `E_CHECKPOINT_FOREIGN` for a safetensors file of another program
 */
export function decodeCheckpoint(bytes: Uint8Array): TrialCheckpoint {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata['format'] !== FORMAT) {
    throw new BbbError(
      'E_CHECKPOINT_FOREIGN',
      `This safetensors file is not a bbb checkpoint (format ${metadata['format']}).`,
      {
        hint: 'Give the checkpoint.safetensors of a trial folder.',
      },
    );
  }
  return { ...parseMetadata(metadata), tensors };
}

/** Tensors as plain arrays. */
export type Stored = Readonly<Record<string, SafeTensor>>;

export function readParams(ops: Ops, params: Params): Stored {
  return Object.fromEntries(
    Object.entries(params).map(([name, x]) => {
      // `read` returns a new array, so it can be kept.
      const values = ops.read(x);
      // Numbers of float64 ops keep all their digits, so that a resumed training gets the same bits.
      return [
        name,
        values instanceof Float32Array
          ? { dtype: 'F32' as const, shape: x.shape, data: values as Float32Array<ArrayBuffer> }
          : { dtype: 'F64' as const, shape: x.shape, data: values as Float64Array<ArrayBuffer> },
      ];
    }),
  );
}

/**
 * New tensors with the stored values.
 * @param ops the ops that make the new tensors
 * @param stored the tensors of a checkpoint, by name
 * @param prefix beginning of their names
 * @param like parameters of the same names and shapes
 * @throws BbbError `E_CHECKPOINT_MISMATCH` if names or shapes differ from those of `like`
 */
export function restoreParams(
  ops: Ops,
  stored: TrialCheckpoint['tensors'],
  prefix: string,
  like: Params,
): Params {
  // All tensors are looked up before the first one is allocated, so an error leaves no tensor behind.
  const found = Object.entries(like).map(([name, { shape }]) => {
    const tensor = stored[`${prefix}.${name}`];
    if (
      !tensor ||
      (tensor.dtype !== 'F32' && tensor.dtype !== 'F64') ||
      tensor.shape.join() !== shape.join()
    ) {
      throw new BbbError(
        'E_CHECKPOINT_MISMATCH',
        `The checkpoint has no tensor of floats ${prefix}.${name} of shape [${shape.join(', ')}].`,
        { hint: 'It belongs to another method or architecture.' },
      );
    }
    return { name, ...tensor };
  });
  return Object.fromEntries(
    found.map(({ name, shape, data }) => {
      const tensor = ops.alloc(shape);
      ops.write(tensor, data);
      return [name, tensor];
    }),
  );
}

/** Copies stored moments into those of a new state. */
export function restoreMoments(ops: Ops, stored: TrialCheckpoint['tensors'], moments: Moments): void {
  const flat = flatMoments(moments);
  const kept = restoreParams(ops, stored, 'moments', flat);
  for (const [name, x] of Object.entries(kept)) ops.copy(flat[name]!, x);
  disposeParams(ops, kept);
}

/** The tensors under their names in a checkpoint: with a prefix. */
export function prefixed(prefix: string, stored: Stored): Stored {
  return Object.fromEntries(Object.entries(stored).map(([name, tensor]) => [`${prefix}.${name}`, tensor]));
}
