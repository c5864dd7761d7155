import type { Method } from '@bbb/core';
import { z } from 'zod';
import { gaussianOptions } from '../pieces/prior-options.js';
import { bayesByBackprop, bayesOptions, bayesTraining } from './bayes-by-backprop.js';

/**
 * Narrow enough to pull weights to zero. After 4 epochs of MNIST (784-200-200-10) the accuracy is 97.2 %, and 88.6 % with 90 % pruned; with
 * sigma 1 it is 97.4 % and 79.8 %.
 */
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
