import {
  decodeCheckpoint,
  restoreMoments,
  restoreParams,
  type ProcedurePart,
  type Stored,
} from '../checkpoint/trial-checkpoint.js';
import { disposeParams } from '../model/params.js';
import type { TrainingState } from '../model/trainer.js';
import { decodePosition, encodePosition, type Position } from '../procedure/position.js';
import { snapshotsFrom, snapshotTensors, type Snapshots } from '../procedure/snapshots.js';
import type { EpochMetrics } from '../result/result.js';
import { checkResume } from './check-input.js';
import type { TrialInput } from './run.js';

/** The state that a trial goes on from. */
export interface GoneOn {
  readonly epochs: EpochMetrics[];
  readonly best: Stored | undefined;
  readonly snapshots: Snapshots;
  /** The position in its procedure, if the procedure had begun. */
  readonly from?: Position;
}

/** Copies a stored checkpoint into the state, if there is one. */
export function goOn({ trial, ops, resume }: TrialInput, state: TrainingState): GoneOn {
  if (!resume) return { epochs: [], best: undefined, snapshots: new Map() };
  const stored = decodeCheckpoint(resume.checkpoint);
  checkResume(trial, stored, resume);
  const kept = restoreParams(ops, stored.tensors, 'params', state.params);
  for (const [name, x] of Object.entries(kept)) ops.copy(state.params[name]!, x);
  disposeParams(ops, kept);
  restoreMoments(ops, stored.tensors, state.moments);
  state.step = stored.step;
  const best = Object.entries(stored.tensors)
    .filter(([name]) => name.startsWith('best.'))
    .map(([name, tensor]) => [name.slice('best.'.length), tensor] as const);
  return {
    epochs: resume.epochs.slice(0, stored.epoch),
    best: best.length > 0 && trial.select === 'best' ? Object.fromEntries(best) : undefined,
    snapshots: snapshotsFrom(stored.tensors, stored.kept ?? {}),
    ...(stored.procedure === undefined ? {} : { from: decodePosition(stored.procedure, stored.tensors) }),
  };
}

/** The part of a checkpoint for a procedure: the states that it will go back to and, if it has begun, its position. */
export function procedurePart(snapshots: Snapshots, position?: Position): ProcedurePart {
  const at = position && encodePosition(position);
  const steps = Object.fromEntries([...snapshots].map(([epoch, { step }]) => [epoch, step]));
  return {
    metadata: {
      ...(snapshots.size > 0 ? { kept: JSON.stringify(steps) } : {}),
      ...(at ? { procedure: at.record } : {}),
    },
    tensors: { ...snapshotTensors(snapshots), ...at?.tensors },
  };
}
