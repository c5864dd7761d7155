import type { Method } from '@bbb/core';
import { z } from 'zod';
import { laplaceOptions, withoutLocal } from '../pieces/prior-options.js';
import { bayesByBackprop, bayesOptions, bayesTraining } from './bayes-by-backprop.js';

export const bbbLaplaceOptions = z.strictObject({
  ...laplaceOptions,
  ...bayesOptions,
  estimator: withoutLocal(bayesOptions.estimator, 'Laplace'),
});
export type BbbLaplaceOptions = z.output<typeof bbbLaplaceOptions>;

export const bbbLaplace: Method<BbbLaplaceOptions> = {
  description:
    'Bayes by Backprop with a Laplace prior: small weights are pulled to zero as hard as large ones.',
  source:
    'Graves 2011, "Practical Variational Inference for Neural Networks", section 4; MAP: Tibshirani 1996',
  options: bbbLaplaceOptions,
  training: bayesTraining,
  pruner: 'snr',
  create: ({ scale, ...options }, context) => bayesByBackprop(options, context, { kind: 'laplace', scale }),
};
