import { BbbError, type MethodContext } from '@bbb/core';
import type { Prior } from '@bbb/kernels';
import { z } from 'zod';
import type { Estimator } from './estimator.js';
import { flipout } from './flipout.js';
import { localReparameterisation } from './local.js';
import { weightSampling } from './weights.js';

export const estimatorSchema = z.enum(['weights', 'local', 'flipout']);
export type EstimatorName = z.output<typeof estimatorSchema>;

/**
 * The estimator of this name.
 *
 * @param name `weights`, `local` or `flipout`
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param prior of every weight
 * @throws BbbError `E_ESTIMATOR` for `local` under a prior whose KL has no closed form
 */
export function estimatorOf(name: EstimatorName, context: MethodContext, prior: Prior): Estimator {
  switch (name) {
    case 'weights':
      return weightSampling(context, prior);
    case 'flipout':
      return flipout(context, prior);
    case 'local':
      if (prior.kind === 'gaussian' || prior.kind === 'log-uniform')
        return localReparameterisation(context, prior);
      throw new BbbError(
        'E_ESTIMATOR',
        `The estimator "local" needs a prior whose KL has a closed form, but a ${prior.kind} prior has none.`,
        {
          hint: 'Use estimator=flipout, which fits every prior, or a method with a Gaussian prior, e.g. bbb-gaussian.',
        },
      );
  }
}

export type { Estimator, WeightUpdate } from './estimator.js';
export { flipout } from './flipout.js';
export { localReparameterisation } from './local.js';
export { weightSampling } from './weights.js';
export { momentPass, type AroundLayers, type MomentPass, type Moments } from './moments.js';
