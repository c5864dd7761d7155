import { log, type PrunerDefinition } from '@bbb/core';
import { z } from 'zod';
import { MOST } from './most.js';

export const logAlphaOptions = z.strictObject({
  threshold: z
    .number()
    .default(3)
    .describe('Weights with log alpha above it are what the criterion itself suggests to remove.'),
});
export type LogAlphaOptions = z.output<typeof logAlphaOptions>;

/**
 * -log alpha, where alpha = sigma^2 / mu^2 corresponds to a dropout rate p of the weight by alpha = p / (1 - p). The ranking is that of the
 * signal-to-noise ratio, because log alpha = -2 log SNR; in addition its threshold has a meaning. A weight with sigma = 0 scores the largest
 * float32, a weight with mu = 0 the smallest.
 *
 * @param mu means of the weights of one tensor; of a point estimate the weights themselves
 * @param sigma standard deviations of the same weights, at least 0
 */
export function logAlphaScore(mu: Float32Array, sigma: Float32Array): Float32Array {
  return mu.map((m, i) => {
    if (m === 0) return -MOST;
    const deviation = sigma[i]!;
    return deviation === 0 ? MOST : 2 * (log(Math.abs(m)) - log(deviation));
  });
}

export const logAlpha: PrunerDefinition<LogAlphaOptions> = {
  description:
    'Removes the weights with the largest dropout rate alpha = sigma^2 / mu^2, and suggests those with log alpha > 3. Needs a sigma.',
  source: 'Molchanov, Ashukha & Vetrov 2017, arXiv 1701.05369, section 5',
  options: logAlphaOptions,
  needsSigma: true,
  create: ({ threshold }) => ({
    score: ({ mu, sigma }) => logAlphaScore(mu, sigma!),
    suggest: () => -threshold,
  }),
};
