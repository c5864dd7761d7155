import type { Method } from '@bbb/core';
import { z } from 'zod';
import { spikeSlabLassoOptions, withoutLocal } from '../pieces/prior-options.js';
import { bayesByBackprop, bayesOptions, bayesTraining } from './bayes-by-backprop.js';

export const bbbSpikeSlabLassoOptions = z.strictObject({
  ...spikeSlabLassoOptions,
  ...bayesOptions,
  estimator: withoutLocal(bayesOptions.estimator, 'spike-and-slab'),
});
export type BbbSpikeSlabLassoOptions = z.output<typeof bbbSpikeSlabLassoOptions>;

export const bbbSpikeSlabLasso: Method<BbbSpikeSlabLassoOptions> = {
  description:
    'Bayes by Backprop with a spike-and-slab prior of two Laplace components: a narrow one for what is not needed, a wide one for the rest.',
  source: 'Rockova & George 2018, "The Spike-and-Slab LASSO", equation 2; George & McCulloch 1993',
  options: bbbSpikeSlabLassoOptions,
  training: bayesTraining,
  pruner: 'snr',
  create: ({ pi, slab, spike, ...options }, context) =>
    bayesByBackprop(options, context, { kind: 'laplace-mixture', pi, scale1: slab, scale2: spike }),
};
