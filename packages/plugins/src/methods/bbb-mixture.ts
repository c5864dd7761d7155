import type { Method } from '@bbb/core';
import { z } from 'zod';
import { mixtureOptions } from '../pieces/prior-options.js';
import { bayesByBackprop, bayesOptions, bayesTraining } from './bayes-by-backprop.js';

export const bbbMixtureOptions = z.strictObject({
  ...mixtureOptions,
  ...bayesOptions,
  estimator: bayesOptions.estimator.refine((name) => name !== 'local', {
    error: 'the mixture prior has no KL in closed form, which local needs: use flipout or weights',
  }),
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
