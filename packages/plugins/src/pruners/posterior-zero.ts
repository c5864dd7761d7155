import { log, normalCdf, type PrunerDefinition } from '@bbb/core';
import { z } from 'zod';
import { MOST } from './most.js';

export const posteriorZeroOptions = z.strictObject({
  epsilon: z.number().positive().default(0.01).describe('How far from 0 still counts as 0.'),
});
export type PosteriorZeroOptions = z.output<typeof posteriorZeroOptions>;

/** A smaller probability is a number without full precision. */
const LEAST_MASS = 1e-290;

/**
 * -log P(abs(w) <= epsilon) under N(mu, sigma^2), in nats. If the probability underflows, the distance in standard deviations is used. A weight with
 * sigma = 0 scores 0 if abs(mu) <= epsilon, else the largest float32.
 * @param mu means of the weights of one tensor; of a point estimate the weights themselves
 * @param sigma standard deviations of the same weights, at least 0
 * @param epsilon half the width of the interval around 0 that counts as 0, above 0
 */
export function posteriorZeroScore(mu: Float32Array, sigma: Float32Array, epsilon: number): Float32Array {
  return mu.map((m, i) => {
    const [far, s] = [Math.abs(m), sigma[i]!];
    if (s === 0) return far <= epsilon ? 0 : MOST;
    const mass = normalCdf((epsilon - far) / s) - normalCdf((-epsilon - far) / s);
    if (mass > LEAST_MASS) return -log(Math.min(1, mass));
    const deviations = Math.max(0, far - epsilon) / s;
    return Math.min(MOST, -log(LEAST_MASS) + (deviations * deviations) / 2);
  });
}

export const posteriorZero: PrunerDefinition<PosteriorZeroOptions> = {
  description: 'Removes the weights that are most likely within epsilon of zero. Needs a sigma.',
  source: 'Graves 2011, section 6: removal by the probability of zero',
  options: posteriorZeroOptions,
  needsSigma: true,
  create: ({ epsilon }) => ({ score: ({ mu, sigma }) => posteriorZeroScore(mu, sigma!, epsilon) }),
};
