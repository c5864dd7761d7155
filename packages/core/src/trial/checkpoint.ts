import type { Ops } from '@bbb/kernels';
import type { Tensor } from '@tensorflow/tfjs-core';
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from '../checkpoint/safetensors.js';
import { BbbError } from '../errors.js';
import type { Params } from '../model/model.js';
import type { TrainingState } from '../model/trainer.js';
import { canonicalJson } from './canonical-json.js';
import { parseMetadata } from './checkpoint-metadata.js';
import type { Trial } from './trial.js';

const FORMAT = 'bbb-checkpoint/1';

/** A training state at the end of an epoch, as it is stored. */
export interface TrialCheckpoint {
  readonly trial: Trial;
  /** Epochs done. */
  readonly epoch: number;
  readonly step: number;
  /** `params.<name>`, `moments.<name>` and, under selection by validation error, `best.<name>`. */
  readonly tensors: Readonly<Record<string, SafeTensor>>;
}

/** Safetensors bytes: a pure function of trial, epoch and state. */
export function encodeCheckpoint(
  trial: Trial,
  epoch: number,
  state: TrainingState,
  best?: Stored,
): Uint8Array {
  const tensors = {
    ...prefixed('params', readParams(state.params)),
    ...prefixed('moments', readParams(state.moments)),
    ...(best ? prefixed('best', best) : {}),
  };
  const metadata = {
    format: FORMAT,
    trial: canonicalJson(trial),
    epoch: String(epoch),
    step: String(state.step),
  };
  return encodeSafetensors(tensors, metadata);
}

/** @throws CheckpointError for damaged bytes, BbbError `E_CHECKPOINT_FOREIGN` for safetensors of another program */
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

export function readParams(params: Params): Stored {
  return Object.fromEntries(
    Object.entries(params).map(([name, tensor]) => [
      name,
      { dtype: 'F32' as const, shape: tensor.shape, data: (tensor.dataSync() as Float32Array).slice() },
    ]),
  );
}

/**
 * Fresh tensors with the stored values.
 * @throws BbbError `E_CHECKPOINT_MISMATCH` when names or shapes are not those of `like`
 */
export function restoreParams(
  ops: Ops,
  stored: TrialCheckpoint['tensors'],
  prefix: string,
  like: Params,
): Params {
  // All are looked up before the first is made: what throws leaves no tensor behind.
  const found = Object.entries(like).map(([name, { shape }]) => {
    const tensor = stored[`${prefix}.${name}`];
    if (!tensor || tensor.dtype !== 'F32' || tensor.shape.join() !== shape.join()) {
      throw new BbbError(
        'E_CHECKPOINT_MISMATCH',
        `The checkpoint has no float32 tensor ${prefix}.${name} of shape [${shape.join(', ')}].`,
        { hint: 'It belongs to another method or architecture.' },
      );
    }
    return { name, ...tensor };
  });
  return Object.fromEntries(
    found.map(({ name, shape, data }) => {
      const tensor = ops.alloc(shape) as Tensor;
      ops.write(tensor, data);
      return [name, tensor];
    }),
  );
}

/** An independent copy. */
export function cloneParams(ops: Ops, params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, tensor]) => {
      const copy = ops.alloc(tensor.shape) as Tensor;
      ops.copy(copy, tensor);
      return [name, copy];
    }),
  );
}

export function disposeParams(ops: Ops, params: Params): void {
  for (const tensor of Object.values(params)) ops.free(tensor);
}

function prefixed(prefix: string, stored: Stored): Stored {
  return Object.fromEntries(Object.entries(stored).map(([name, tensor]) => [`${prefix}.${name}`, tensor]));
}
