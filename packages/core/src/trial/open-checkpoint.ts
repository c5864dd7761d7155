import type { Ops } from '@bbb/kernels';
import { BbbError } from '../errors.js';
import type { Architecture } from '../model/architecture.js';
import type { Model, Params } from '../model/model.js';
import { parseOptions } from '../plugin/options.js';
import { checkedMethod } from '../plugin/returned/index.js';
import type { Registry } from '../plugin/registry.js';
import { fold, rootKey } from '../random/key.js';
import { disposeParams, restoreParams, type TrialCheckpoint } from './checkpoint.js';
import type { Trial } from './trial.js';

/** The network of a checkpoint, ready to predict with. */
export interface OpenCheckpoint {
  readonly trial: Trial;
  readonly model: Model;
  /** Those that its trial selected: the last ones, or the best. */
  readonly params: Params;
  readonly dispose: () => void;
}

/**
 * Makes a network of a checkpoint, as `decodeCheckpoint` gives it. Its method comes from the registry.
 *
 * @throws BbbError `E_CHECKPOINT_MISMATCH`; for a method that is not in the registry, `E_UNKNOWN_NAME`
 */
export function openCheckpoint(checkpoint: TrialCheckpoint, registry: Registry, ops: Ops): OpenCheckpoint {
  const { trial, tensors } = checkpoint;
  const method = registry.get('methods', trial.method.use);
  const { model, trainer } = checkedMethod(
    trial.method.use,
    method.create(parseOptions(trial.method.use, method.options, trial.method.options), {
      architecture: architectureOf(checkpoint),
      ops,
      optimizer: trial.training.optimizer,
      batchSize: trial.training.batchSize,
    }),
  );
  trainer.dispose();
  const selected = Object.keys(tensors).some((name) => name.startsWith('best.')) ? 'best' : 'params';
  const like = model.init(fold(rootKey(trial.seed), 'init'));
  try {
    const params = restoreParams(ops, tensors, selected, like);
    return { trial, model, params, dispose: () => disposeParams(ops, params) };
  } finally {
    disposeParams(ops, like);
  }
}

/** Inputs and classes, read off the shapes of the first and the last layer. */
function architectureOf({ trial, tensors }: TrialCheckpoint): Architecture {
  const shapeOf = (layer: number): readonly number[] | undefined =>
    Object.entries(tensors).find(
      ([name, { shape }]) => name.startsWith(`params.layers.${layer}.weight`) && shape.length === 2,
    )?.[1].shape;
  const inputs = shapeOf(0)?.[0];
  const classes = shapeOf(trial.hidden.length)?.[1];
  if (inputs === undefined || classes === undefined) {
    throw new BbbError(
      'E_CHECKPOINT_MISMATCH',
      `The checkpoint does not hold the layers of a network with ${trial.hidden.length} hidden layers.`,
      { hint: 'Give the checkpoint.safetensors of a trial that is done.' },
    );
  }
  return { inputs, hidden: trial.hidden, classes };
}
