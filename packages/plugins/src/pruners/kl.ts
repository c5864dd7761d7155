import { log, type PrunerDefinition } from '@bbb/core';
import { z } from 'zod';
import { standardDeviation } from '../pieces/option-schemas.js';
import { MOST } from './most.js';

export const klOptions = z.strictObject({
  sigma: standardDeviation
    .default(1)
    .describe('Standard deviation of the Gaussian that stands in for the prior.'),
});
export type KlOptions = z.output<typeof klOptions>;

/**
 * KL[N(mu, sigma^2) || N(0, s^2)] = log(s / sigma) + (sigma^2 + mu^2) / (2 s^2) - 1/2, in nats: the part of each weight in the complexity cost. A
 * small value means that the weight learned little from the data. A weight with sigma = 0 scores the largest float32, or 0 if it is 0.
 * @param mu means of the weights of one tensor; of a point estimate the weights themselves
 * @param sigma standard deviations of the same weights, at least 0
 * @param s standard deviation of the reference Gaussian
 */
export function klScore(mu: Float32Array, sigma: Float32Array, s: number): Float32Array {
  return mu.map((m, i) => {
    const deviation = sigma[i]!;
    if (deviation === 0) return m === 0 ? 0 : MOST;
    return Math.min(MOST, log(s / deviation) + (deviation * deviation + m * m) / (2 * s * s) - 0.5);
  });
}

export const kl: PrunerDefinition<KlOptions> = {
  description: 'Removes the weights whose posterior is closest to a Gaussian N(0, sigma^2). Needs a sigma.',
  source:
    'Per-weight complexity cost, Blundell et al. 2015, equation 2; as a pruning criterion: Antoran 2019, "KLD"',
  options: klOptions,
  needsSigma: true,
  create: ({ sigma: s }) => ({
    score: ({ mu, sigma }) => klScore(mu, sigma!, s),
  }),
};
