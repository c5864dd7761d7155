import type { MadeMethod, Params, Trainer, TrainingState } from '@bbb/core';

/**
 * The parameters of the inner method, out of those of its wrapper.
 *
 * @param made the inner model, which says which names are its own
 * @param params of the wrapper
 */
export function innerParams({ model }: MadeMethod, params: Params): Params {
  return Object.fromEntries(model.params.map(({ name }) => [name, params[name]!]));
}

/**
 * Trains as the inner method does, which sees only its own parameters. Then `finish` fills the additional parameters of the wrapper.
 * @param finish as {@link Trainer.finish}; called after that of the inner method
 */
export function wrappedTrainer(inner: MadeMethod, finish: NonNullable<Trainer['finish']>): Trainer {
  const { trainer } = inner;
  const own = (params: Params): Params => innerParams(inner, params);
  const ownState = ({ params, moments, step }: TrainingState): TrainingState => ({
    params: own(params),
    moments,
    step,
  });
  return {
    init: (params) => ({ ...trainer.init(own(params)), params }),
    step(state, batch, context) {
      const inside = ownState(state);
      const result = trainer.step(inside, batch, context);
      state.step = inside.step;
      return result;
    },
    complexityCost: (params, key) => trainer.complexityCost(own(params), key),
    ...(trainer.cost ? { cost: (params, batch, key) => trainer.cost!(own(params), batch, key) } : {}),
    ...(trainer.epochEnd ? { epochEnd: (state, end) => trainer.epochEnd!(ownState(state), end) } : {}),
    finish(params, examples, key) {
      trainer.finish?.(own(params), examples, key);
      finish(params, examples, key);
    },
    dispose: () => trainer.dispose(),
  };
}
