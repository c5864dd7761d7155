import type { Method, MethodContext, Model } from '@bbb/core';
import { z } from 'zod';
import { concreteLoss } from '../pieces/concrete-loss.js';
import { droppedLayers, logitOf, rateAt, rateName } from '../pieces/concrete-rates.js';
import { concreteTrainer } from '../pieces/concrete-trainer.js';
import type { Initialiser } from '../pieces/initialiser.js';
import { initialiserOption, probability } from '../pieces/option-schemas.js';
import { pointModel } from '../pieces/point-model.js';
import { gaussianOptions } from '../pieces/prior-options.js';
import { temperingOptions } from '../pieces/tempering.js';
import { thinnedBy } from '../pieces/thinned.js';

/**
 * Chosen on MNIST's validation images (784-100-100-10, 10 epochs, one seed): from 0.2 to 1 the negative log-likelihood is the same, and
 * with 90 % pruned 0.2 misclassifies 9.8 % where 1 misclassifies 26.6 %.
 */
const PRIOR_SIGMA = 0.2;

export const concreteDropoutOptions = z.strictObject({
  ...gaussianOptions(PRIOR_SIGMA),
  p: probability
    .gt(0)
    .default(0.1)
    .describe("Where every layer's probability of dropping an input unit starts; it is learned."),
  temperature: z
    .number()
    .min(0.01)
    .max(10)
    .default(0.1)
    .describe('Of the relaxed masks in training: towards 0 they are those of dropout.'),
  initialiser: initialiserOption({ kind: 'fan-in' }),
  ...temperingOptions,
});
export type ConcreteDropoutOptions = z.output<typeof concreteDropoutOptions>;

/** Weights that are points, and a dropout rate for each layer. A draw drops whole units at the learned rates, with masks of zeros and ones. */
function concreteModel(context: MethodContext, initialiser: Initialiser, p: number): Model {
  const { ops } = context;
  const noise = thinnedBy(context, (layer, params) => rateAt(context, params, layer));
  const model = pointModel(context, initialiser, noise);
  const rates = droppedLayers(context).map(({ weight }) => rateName(weight.layer));
  return {
    ...model,
    params: [...model.params, ...rates.map((name) => ({ name, shape: [1], pruned: 0 }))],
    init(key) {
      const logits = rates.map((name) => {
        const logit = ops.alloc([1]);
        ops.write(logit, [logitOf(p)]);
        return [name, logit] as const;
      });
      return { ...model.init(key), ...Object.fromEntries(logits) };
    },
  };
}

export const concreteDropout: Method<ConcreteDropoutOptions> = {
  description: 'Dropout whose rates are learned, one for each layer, by the gradient through relaxed masks.',
  source: 'Gal, Hron & Kendall 2017, arXiv 1705.07832, equations 3 to 5',
  options: concreteDropoutOptions,
  pruner: 'magnitude',
  create: ({ sigma, p, temperature, initialiser, klWeight, klWarmUp }, context) => ({
    model: concreteModel(context, initialiser, p),
    trainer: concreteTrainer(context, concreteLoss(context, temperature), sigma, { klWeight, klWarmUp }),
  }),
};
