import type { Method } from '@bbb/core';
import { z } from 'zod';
import { gaussianOptions } from '../pieces/prior-options.js';
import { bayesByBackprop, bayesOptions, bayesTraining } from './bayes-by-backprop.js';

/** A prior as wide as 1 lets the complexity cost drown the data at these network sizes. */
const PRIOR_SIGMA = 0.1;

export const bbbGaussianOptions = z.strictObject({ ...gaussianOptions(PRIOR_SIGMA), ...bayesOptions });
export type BbbGaussianOptions = z.output<typeof bbbGaussianOptions>;

export const bbbGaussian: Method<BbbGaussianOptions> = {
  description: 'Bayes by Backprop with a Gaussian prior: a mean and a standard deviation for every weight.',
  source: 'Blundell et al. 2015, arXiv 1505.05424, section 3.2',
  options: bbbGaussianOptions,
  training: bayesTraining,
  pruner: 'snr',
  create: ({ sigma, ...options }, context) => bayesByBackprop(options, context, { kind: 'gaussian', sigma }),
};
