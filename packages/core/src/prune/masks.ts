import type { Ops } from '@bbb/kernels';
import { BbbError } from '../errors.js';
import { weightsOf, type KeepMasks, type Model, type Params, type ParamSpec } from '../model/model.js';
import type { TrainingState } from '../model/trainer.js';
import type { WeightSpec } from '../network/layer.js';
import { sizeOf } from '../network/shape.js';
import { suggest } from '@bbb/base';

/**
 * Removes weights for good, in place: where `keep[name][i]` is 0, the weight is exactly 0 in every later draw. If a mask does not fit, nothing
 * is changed.
 * @param ops the ops that allocate and compute operands, e.g. of `startBackend()`
 * @param model the model whose weights they are
 * @param params its parameters
 * @param keep by weight name, one byte for each element: 0 removes it
 * @throws BbbError `E_PRUNE_NAME` for a name that is not a weight of the model, `E_PRUNE_MASK` for a mask of another size
 */
export function prune(
  ops: Ops,
  model: Pick<Model, 'architecture' | 'params' | 'weights'>,
  params: Params,
  keep: KeepMasks,
): void {
  checkMasks(weightsOf(model), keep);
  for (const [spec, mask] of masked(model.params, keep)) {
    ops.fillWhereZero(params[spec.name]!, mask, spec.pruned);
  }
}

/**
 * {@link prune} during training: it also sets the moments of pruned weights to 0. Core calls it after every step.
 * @param ops the ops that allocate and compute operands, e.g. of `startBackend()`
 * @param model the model whose weights they are
 * @param state parameters and moments
 * @param keep by weight name, one byte for each element: 0 removes it
 */
export function hold(
  ops: Ops,
  model: Pick<Model, 'params'>,
  { params, moments }: TrainingState,
  keep: KeepMasks,
): void {
  for (const [spec, mask] of masked(model.params, keep)) {
    ops.fillWhereZero(params[spec.name]!, mask, spec.pruned);
    for (const moment of Object.values(moments[spec.name] ?? {})) ops.fillWhereZero(moment, mask, 0);
  }
}

/** The parameters whose weights have a mask, each with its mask. */
function* masked(params: readonly ParamSpec[], keep: KeepMasks): Generator<[ParamSpec, Uint8Array]> {
  for (const spec of params) {
    const mask = spec.weight === undefined ? undefined : keep[spec.weight];
    if (mask) yield [spec, mask];
  }
}

/** Checks that every mask belongs to a weight and has one byte for each of its elements. */
function checkMasks(weights: readonly WeightSpec[], keep: KeepMasks): void {
  const names = weights.map(({ name }) => name);
  for (const [name, mask] of Object.entries(keep)) {
    const spec = weights.find((one) => one.name === name);
    if (!spec) {
      throw new BbbError('E_PRUNE_NAME', `There is no weight "${name}" to prune in this model.`, {
        hint: `${suggest(name, names)}Its weights are ${names.join(', ')}.`,
      });
    }
    if (mask.length !== sizeOf(spec.shape)) {
      throw new BbbError(
        'E_PRUNE_MASK',
        `The mask of ${name} has ${mask.length} bytes for the ${sizeOf(spec.shape)} elements of [${spec.shape.join(', ')}].`,
        { hint: 'Give one byte for each element, row by row: 1 keeps, 0 prunes.' },
      );
    }
  }
}
