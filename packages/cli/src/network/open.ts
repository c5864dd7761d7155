import {
  decodeCheckpoint,
  disposeParams,
  fold,
  parseOptions,
  restoreParams,
  rootKey,
  startBackend,
  type Architecture,
  type Model,
  type Params,
  type Registry,
  type Trial,
  type TrialCheckpoint,
} from '@bbb/core';
import { UsageError } from '../errors/usage.js';
import { readCheckpointFile, type CheckpointFile } from './read.js';

export type Ops = Awaited<ReturnType<typeof startBackend>>;

/** A stored network, ready to be measured or pruned. */
export interface OpenNetwork {
  readonly file: CheckpointFile;
  readonly checkpoint: TrialCheckpoint;
  readonly trial: Trial;
  readonly ops: Ops;
  readonly model: Model;
  /** Those that its trial selected: the last ones, or the best. */
  readonly params: Params;
  close(): void;
}

/** @param place a checkpoint or the folder of a trial */
export async function openNetwork(place: string, registry: Registry): Promise<OpenNetwork> {
  const file = await readCheckpointFile(place);
  const checkpoint = decodeCheckpoint(file.bytes);
  const { trial, tensors } = checkpoint;
  const method = registry.get('methods', trial.method.use);
  const ops = await startBackend(trial.numerics);
  const { model, trainer } = method.create(
    parseOptions(trial.method.use, method.options, trial.method.options),
    {
      architecture: architectureOf(checkpoint, file.path),
      ops,
      optimizer: trial.training.optimizer,
      batchSize: trial.training.batchSize,
    },
  );
  const selected = Object.keys(tensors).some((name) => name.startsWith('best.')) ? 'best' : 'params';
  const like = model.init(fold(rootKey(trial.seed), 'init'));
  try {
    const params = restoreParams(ops, tensors, selected, like);
    const close = (): void => {
      disposeParams(ops, params);
      trainer.dispose();
    };
    return { file, checkpoint, trial, ops, model, params, close };
  } finally {
    disposeParams(ops, like);
  }
}

/** Inputs and classes, read off the shapes of the first and the last layer. */
function architectureOf({ trial, tensors }: TrialCheckpoint, path: string): Architecture {
  const shapeOf = (layer: number): readonly number[] | undefined =>
    Object.entries(tensors).find(
      ([name, { shape }]) => name.startsWith(`params.layers.${layer}.weight`) && shape.length === 2,
    )?.[1].shape;
  const inputs = shapeOf(0)?.[0];
  const classes = shapeOf(trial.hidden.length)?.[1];
  if (inputs === undefined || classes === undefined) {
    throw new UsageError(
      `${path} does not hold the layers of a network with ${trial.hidden.length} hidden layers.`,
      'Give the checkpoint.safetensors of a trial that is done.',
    );
  }
  return { inputs, hidden: trial.hidden, classes };
}
