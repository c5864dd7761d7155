import type { Method } from '@bbb/core';
import { z } from 'zod';
import { mixtureOptions, withoutLocal } from '../pieces/prior-options.js';
import { bayesByBackprop, bayesOptions, bayesTraining } from './bayes-by-backprop.js';

export const bbbMixtureOptions = z.strictObject({
  ...mixtureOptions,
  ...bayesOptions,
  estimator: withoutLocal(bayesOptions.estimator, 'mixture'),
});
export type BbbMixtureOptions = z.output<typeof bbbMixtureOptions>;

export const bbbMixture: Method<BbbMixtureOptions> = {
  description:
    'Bayes by Backprop with the scale mixture prior: most weights may shrink to zero, a few stay large.',
  source: 'Blundell et al. 2015, arXiv 1505.05424, equation 7',
  options: bbbMixtureOptions,
  training: bayesTraining,
  pruner: 'snr',
  create: ({ pi, sigma1, sigma2, ...options }, context) =>
    bayesByBackprop(options, context, { kind: 'mixture', pi, sigma1, sigma2 }),
};
