import type { Ops } from '@bbb/kernels';
import { BbbError } from '../errors.js';
import type { Params } from '../model/model.js';
import { disposeParams } from '../model/params.js';
import type { Registry } from '../plugin/registry.js';
import type { DataSpec } from '../data/spec.js';
import { openTrial, type OpenTrial } from '../trial/open-trial.js';
import { restoreParams, type TrialCheckpoint } from './trial-checkpoint.js';

/** The network of a checkpoint, ready to predict with. */
export interface OpenCheckpoint extends Omit<OpenTrial, 'trainer'> {
  /** The parameters that the trial selected: the last ones, or the best ones. */
  readonly params: Params;
  readonly dispose: () => void;
}

/**
 * Opens the network of a checkpoint that `decodeCheckpoint` returned. All parts that the trial names are looked up in the registry.
 * @param checkpoint the result of `decodeCheckpoint()`
 * @param registry the registry in which the parts of the trial are looked up
 * @param ops the ops that allocate and compute operands, e.g. of `startBackend()`
 * @throws BbbError `E_CHECKPOINT_MISMATCH`; also what {@link openTrial} throws
 */
export function openCheckpoint(checkpoint: TrialCheckpoint, registry: Registry, ops: Ops): OpenCheckpoint {
  const { trial, tensors } = checkpoint;
  const { trainer, ...open } = openTrial(trial, checkpoint.data ?? dataOf(checkpoint), { registry, ops });
  trainer.dispose();
  const selected = Object.keys(tensors).some((name) => name.startsWith('best.')) ? 'best' : 'params';
  const like = open.model.init(open.keys.init);
  try {
    const params = restoreParams(ops, tensors, selected, like);
    return { ...open, params, dispose: () => disposeParams(ops, params) };
  } finally {
    disposeParams(ops, like);
  }
}

/** For a checkpoint without a description of its data: finds the number of inputs and classes in the shapes of the first and the last layer. */
function dataOf({ trial, tensors }: TrialCheckpoint): DataSpec {
  // The names of an ensemble's tensors begin with the name of a member.
  const shapeOf = (layer: number): readonly number[] | undefined => {
    const name = new RegExp(`^params\\.(.*\\.)?layers\\.${layer}\\.weight`);
    return Object.entries(tensors).find(([found, { shape }]) => name.test(found) && shape.length === 2)?.[1]
      .shape;
  };
  const inputs = shapeOf(0)?.[0];
  const classes = shapeOf(trial.hidden.length)?.[1];
  if (inputs === undefined || classes === undefined) {
    throw new BbbError(
      'E_CHECKPOINT_MISMATCH',
      `The checkpoint does not hold the layers of a network with ${trial.hidden.length} hidden layers.`,
      { hint: 'Give the checkpoint.safetensors of a trial that is done.' },
    );
  }
  return {
    inputShape: [inputs],
    target: { kind: 'class', classes },
    preprocessing: { input: { kind: 'divide', divisor: trial.data.divisor } },
  };
}
