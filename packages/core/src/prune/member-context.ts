import type { WeightPosterior } from '../model/model.js';
import type { PruneContext } from './pruner.js';

/**
 * What there is to know of one member of an ensemble, under the names that the architecture has for its weights: a criterion of units looks
 * at the layers around a unit, and those of other members are none of them. The context itself where there is only one network.
 */
export function contextOfMember(context: PruneContext, member: number | undefined): PruneContext {
  if (member === undefined) return context;
  const own = (posterior: readonly WeightPosterior[]): WeightPosterior[] =>
    posterior
      .filter((weights) => weights.member === member)
      .map((weights) => ({ ...weights, name: weights.of ?? weights.name }));
  return {
    architecture: context.architecture,
    statistics: (weights) => context.statistics(weights),
    once: (name, weights, compute) => context.once(name, weights, compute),
    get posterior() {
      return own(context.posterior);
    },
    initial: () => own(context.initial()),
  };
}
