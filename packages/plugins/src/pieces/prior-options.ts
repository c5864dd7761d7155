import { z } from 'zod';
import type { EstimatorName } from '../estimators/index.js';
import { standardDeviation } from './option-schemas.js';

/** e^-6. */
const SIGMA2 = 0.0024787521766663585;

/** pi N(0, sigma1^2) + (1 - pi) N(0, sigma2^2): Blundell et al. 2015, equation 7. Defaults within their grid. */
export const mixtureOptions = {
  pi: z.number().min(0).max(1).default(0.5).describe('Share of the wide component.'),
  sigma1: standardDeviation.default(1).describe('Standard deviation of the wide component.'),
  sigma2: standardDeviation.default(SIGMA2).describe('Standard deviation of the narrow component; e^-6.'),
};

/**
 * The option of a Gaussian prior.
 *
 * @param sigma default of its standard deviation
 */
export function gaussianOptions(sigma: number) {
  return {
    sigma: standardDeviation.default(sigma).describe('Standard deviation of the prior N(0, sigma^2).'),
  };
}

/**
 * e^(-|w| / scale) / (2 scale), whose standard deviation is sqrt(2) scale. The default is for pruning: on MNIST's validation images
 * (784-100-100-10, 10 epochs, one seed) 3.4 % error and 6.6 % with 95 % pruned, where 0.1 gives 3.0 % and 14.2 %.
 */
export const laplaceOptions = {
  scale: standardDeviation
    .default(0.05)
    .describe('Scale of the prior: the mean of abs(w). Its standard deviation is 1.41 times that.'),
};

/**
 * pi Laplace(slab) + (1 - pi) Laplace(spike). Defaults by the same images as above: pi 0.1 gives 2.8 % error and 9.8 % with 95 % pruned,
 * pi 0.5 gives 2.6 % and 13.9 %.
 */
export const spikeSlabLassoOptions = {
  pi: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('Share of the slab: weights that are expected to matter.'),
  slab: standardDeviation.default(0.5).describe('Scale of the slab, the wide component.'),
  spike: standardDeviation.default(0.002).describe('Scale of the spike, the narrow component.'),
};

/** The estimators that work with a prior whose KL has no closed form. */
export function withoutLocal<T extends z.ZodType<EstimatorName | undefined>>(estimator: T, prior: string): T {
  return estimator.refine((name) => name !== 'local', {
    error: `the ${prior} prior has no KL in closed form, which local needs: use flipout or weights`,
  });
}
