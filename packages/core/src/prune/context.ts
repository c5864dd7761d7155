import type { Key, Ops } from '@bbb/kernels';
import {
  ggnDiagonal,
  gradientMoments,
  inputRms,
  type ByWeight,
  type CurvatureInput,
} from '../curvature/index.js';
import type { Examples } from '../data/examples.js';
import { BbbError } from '../errors.js';
import { oneNetwork, withNetwork } from '../evaluation/predict.js';
import type { Likelihood } from '../likelihood/likelihood.js';
import type { Draw, Model, Params, WeightPosterior } from '../model/model.js';
import { disposeParams } from '../model/params.js';
import type { PruneContext } from './pruner.js';

/** What a context for criteria is made from. */
export interface PruneSource {
  readonly ops: Ops;
  readonly model: Model;
  readonly likelihood: Likelihood;
  readonly params: Params;
  /** Key of the weights before training. */
  readonly init: Key;
  /** The examples that the network was trained on. Absent: they are not available. */
  readonly examples?: Examples;
}

/**
 * A context for the network as it is now. Use it before `params` change.
 * @param source the network, and the examples it was trained on
 */
export function pruneContext(source: PruneSource): PruneContext {
  const { ops, model, params, init } = source;
  const known = new Map<string, unknown>();
  const memo = <T>(name: string, compute: () => T): T => {
    if (!known.has(name)) known.set(name, compute());
    return known.get(name) as T;
  };
  const once: PruneContext['once'] = (name, { member }, compute) =>
    memo(`${member ?? ''} ${name}`, () => trained(source, member, compute));
  const statistic = (name: string, weights: WeightPosterior, compute: (of: CurvatureInput) => ByWeight) =>
    once(`core: ${name}`, weights, compute)[weights.of ?? weights.name]!;
  return {
    architecture: model.architecture,
    get posterior() {
      return model.posterior(params);
    },
    initial: () =>
      memo('initial', () => {
        const before = model.init(init);
        try {
          return model.posterior(before);
        } finally {
          disposeParams(ops, before);
        }
      }),
    statistics: (weights) => ({
      gradient: () => statistic('gradient', weights, (input) => gradientMoments(input).mean),
      ggn: () => statistic('ggn', weights, ggnDiagonal),
      inputRms: () => statistic('inputRms', weights, inputRms),
    }),
    once: (name, weights, compute) => once(`own: ${name}`, weights, compute),
  };
}

/**
 * Calls `use` with the mean network of the model, or of one of its members, and with the training examples. If there is no mean network, it
 * takes one draw, always the same one.
 */
function trained<T>(
  { ops, model, likelihood, params, init, examples }: PruneSource,
  member: number | undefined,
  compute: (trained: CurvatureInput) => T,
): T {
  if (!examples) throw unavailable();
  const draw: Draw = member === undefined ? oneNetwork(model, init) : { member, of: 'mean' };
  const { architecture } = model;
  return withNetwork(model, params, draw, (network) =>
    compute({ ops, architecture, likelihood, network, examples }),
  );
}

function unavailable(): BbbError {
  return new BbbError('E_PRUNER_DATA', 'The criterion needs training examples; got none.', {
    hint: "Give the folder of the data with --data-dir. The author of the criterion declares needs: ['examples'].",
  });
}
