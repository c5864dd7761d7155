import type { Ops } from '@bbb/kernels';
import type { Params } from './model.js';
import type { TrainingState } from './trainer.js';

/**
 * An independent copy.
 * @param ops the ops that allocate and compute operands, e.g. of `startBackend()`
 * @param params parameters by name
 */
export function cloneParams(ops: Ops, params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, x]) => {
      const copy = ops.alloc(x.shape);
      ops.copy(copy, x);
      return [name, copy];
    }),
  );
}

/**
 * Frees the memory of parameters.
 * @param ops the ops that allocate and compute operands, e.g. of `startBackend()`
 * @param params parameters by name
 */
export function disposeParams(ops: Ops, params: Params): void {
  for (const x of Object.values(params)) ops.free(x);
}

/**
 * Frees the memory of moments.
 * @param ops the ops that allocate and compute operands, e.g. of `startBackend()`
 * @param moments moments of the optimiser, by parameter
 */
export function disposeMoments(ops: Ops, moments: TrainingState['moments']): void {
  for (const ofParameter of Object.values(moments)) disposeParams(ops, ofParameter);
}

/**
 * Frees the memory of parameters and moments.
 * @param ops the ops that allocate and compute operands, e.g. of `startBackend()`
 * @param state parameters and moments
 */
export function disposeState(ops: Ops, { params, moments }: TrainingState): void {
  disposeParams(ops, params);
  disposeMoments(ops, moments);
}

/**
 * Moments under their names in a checkpoint: `<parameter>.<moment>`.
 * @param moments moments of the optimiser, by parameter
 */
export function flatMoments(moments: TrainingState['moments']): Params {
  return Object.fromEntries(
    Object.entries(moments).flatMap(([parameter, own]) =>
      Object.entries(own).map(([moment, x]) => [`${parameter}.${moment}`, x] as const),
    ),
  );
}
