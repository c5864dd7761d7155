import type { Ops } from '@bbb/kernels';
import { BbbError } from '../errors.js';
import type { KeepMasks, Model, Params, WeightPosterior } from '../model/model.js';
import { checkedUpdate } from '../plugin/returned/index.js';
import type { Scored } from './prune-model.js';
import type { PruneContext } from './pruner.js';

/**
 * Sets the means of the remaining weights, in place, to those that the criterion computes. Does nothing for a criterion without `update`.
 * @param ops the ops that allocate and compute operands, e.g. of `startBackend()`
 * @param model the model whose weights they are
 * @param params its parameters
 * @param pruner name of the criterion, for messages
 * @param scored the result of `scoreWeights()`
 * @param keep by weight name, one byte for each element: 0 removes it
 * @param context the network, its posterior, and statistics for criteria
 * @throws BbbError `E_PRUNER_UNFIT` for a weight whose mean is not exactly one parameter; also what `checkedUpdate` throws
 */
export function updateKept(
  ops: Ops,
  model: Pick<Model, 'params'>,
  params: Params,
  pruner: string,
  { update }: Pick<Scored, 'update'>,
  keep: KeepMasks,
  context: PruneContext,
): void {
  if (!update) return;
  for (const weights of context.posterior) {
    const mask = keep[weights.name];
    if (!mask?.includes(0)) continue;
    const means = checkedUpdate(pruner, weights, mask, update(weights, mask, context));
    ops.write(params[meanOf(ops, model, params, weights, pruner)]!, means);
  }
}

/** The parameter that is the mean of a weight: its pruned value is 0, and its numbers equal the posterior means. */
function meanOf(
  ops: Ops,
  { params: specs }: Pick<Model, 'params'>,
  params: Params,
  { name: weight, mu }: WeightPosterior,
  pruner: string,
): string {
  const found = specs.filter(
    (spec) =>
      spec.weight === weight &&
      spec.pruned === 0 &&
      ops.read(params[spec.name]!).every((value, i) => Math.fround(value) === mu[i]),
  );
  if (found.length === 1) return found[0]!.name;
  throw new BbbError(
    'E_PRUNER_UNFIT',
    `The pruner "${pruner}" changes the means of the weights that it keeps, but ${weight} has ${found.length} parameters that may be its mean; expected 1.`,
    {
      hint: 'Choose a method whose weights have one mean each, or a criterion that does not change weights.',
    },
  );
}
