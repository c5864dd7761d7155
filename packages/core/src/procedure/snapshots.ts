import type { Ops } from '@bbb/kernels';
import { prefixed, readParams, restoreParams, type Stored } from '../checkpoint/trial-checkpoint.js';
import type { Params } from '../model/model.js';
import { disposeParams, flatMoments } from '../model/params.js';
import type { Trainer, TrainingState } from '../model/trainer.js';
import type { PlannedChain } from './plan.js';

/** A training state that a procedure will go back to, as plain arrays. */
export interface Snapshot {
  readonly step: number;
  readonly params: Stored;
  /** Under their names in a checkpoint: `<parameter>.<moment>`. */
  readonly moments: Stored;
}

/** By number of epochs trained. */
export type Snapshots = Map<number, Snapshot>;

/** The numbers of epochs that the chains go back to. */
export function epochsToKeep(chains: readonly PlannedChain[]): Set<number> {
  return new Set(
    chains.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.do === 'reset' && typeof step.to === 'object' ? [step.to.epoch] : [])),
    ),
  );
}

export function takeSnapshot(ops: Ops, { params, moments, step }: TrainingState): Snapshot {
  return { step, params: readParams(ops, params), moments: readParams(ops, flatMoments(moments)) };
}

/** A new training state with the values of a snapshot. */
export function stateOf(ops: Ops, trainer: Trainer, snapshot: Snapshot, like: Params): TrainingState {
  const state = trainer.init(restoreParams(ops, prefixed('kept', snapshot.params), 'kept', like));
  overwrite(ops, flatMoments(state.moments), snapshot.moments);
  state.step = snapshot.step;
  return state;
}

/** Copies stored tensors into the operands of the same names. */
export function overwrite(ops: Ops, into: Params, stored: Stored): void {
  const restored = restoreParams(ops, prefixed('kept', stored), 'kept', into);
  for (const [name, x] of Object.entries(restored)) ops.copy(into[name]!, x);
  disposeParams(ops, restored);
}

/** The tensors of a checkpoint that hold the snapshots: `kept.<epoch>.params.<name>` and `kept.<epoch>.moments.<name>`. */
export function snapshotTensors(snapshots: Snapshots): Stored {
  return Object.assign(
    {},
    ...[...snapshots].flatMap(([epoch, { params, moments }]) => [
      prefixed(`kept.${epoch}.params`, params),
      prefixed(`kept.${epoch}.moments`, moments),
    ]),
  ) as Stored;
}

/** The snapshots that {@link snapshotTensors} wrote. @param steps by epoch */
export function snapshotsFrom(tensors: Stored, steps: Readonly<Record<string, number>>): Snapshots {
  return new Map(
    Object.entries(steps).map(([epoch, step]): [number, Snapshot] => [
      Number(epoch),
      {
        step,
        params: below(tensors, `kept.${epoch}.params.`),
        moments: below(tensors, `kept.${epoch}.moments.`),
      },
    ]),
  );
}

/** The tensors whose names begin with `prefix`, by the rest of their names. */
export function below(tensors: Stored, prefix: string): Stored {
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
    ),
  );
}
