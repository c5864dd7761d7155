import type { WeightPosterior } from '../model/model.js';
import type { PruneContext } from './pruner.js';

/**
 * The context of one member of an ensemble, with the weight names of the architecture. A criterion of units looks at the layers around a unit,
 * and must not see those of other members. If there is only one network, it is the given context.
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
