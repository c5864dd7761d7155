import { log, type GaussianPrior, type PrunerDefinition } from '@bbb/core';
import { z } from 'zod';
import { standardDeviation } from '../pieces/option-schemas.js';
import { MOST } from './most.js';

export const bmrOptions = z.strictObject({
  sigma: standardDeviation
    .default(1)
    .describe('Standard deviation of the Gaussian that stands in for a prior that is no Gaussian.'),
});
export type BmrOptions = z.output<typeof bmrOptions>;

/**
 * log p(0) - log q(0), in nats: how much log evidence the model loses when the weight is fixed at 0 (Savage-Dickey density ratio). If it is below
 * 0, the evidence is larger without the weight. For Gaussians it is m^2 / (2 s^2) + log(s / s_p) - m_p^2 / (2 s_p^2). A weight with s = 0 scores
 * the largest float32, or the smallest if it is 0.
 *
 * @param mu means of the weights of one tensor; of a point estimate the weights themselves
 * @param sigma standard deviations of the same weights, at least 0
 * @param prior mean and standard deviation of the prior of the weights
 */
export function bmrScore(mu: Float32Array, sigma: Float32Array, prior: GaussianPrior): Float32Array {
  const at = (value: number | Float32Array, i: number): number =>
    typeof value === 'number' ? value : value[i]!;
  return mu.map((m, i) => {
    const s = sigma[i]!;
    if (s === 0) return m === 0 ? -MOST : MOST;
    const [mean, deviation] = [at(prior.mu, i), at(prior.sigma, i)];
    const nats = (m * m) / (2 * s * s) + log(s / deviation) - (mean * mean) / (2 * deviation * deviation);
    return Math.max(-MOST, Math.min(MOST, nats));
  });
}

export const bmr: PrunerDefinition<BmrOptions> = {
  description:
    'Removes the weights that the evidence of the model misses least, by Bayesian model reduction. Suggests its own sparsity. Needs a sigma.',
  source: 'Friston & Penny 2011; Beckers et al. 2024, arXiv 2210.09134',
  options: bmrOptions,
  needsSigma: true,
  create: ({ sigma: standIn }) => ({
    score: ({ mu, sigma, prior }) => bmrScore(mu, sigma!, prior ?? { mu: 0, sigma: standIn }),
    suggest: () => 0,
  }),
};
