import type { PrunerDefinition } from '@bbb/core';
import { z } from 'zod';
import { MOST } from './most.js';

export const snrOptions = z.strictObject({});

/**
 * abs(mu) / sigma. A weight with sigma = 0 scores the largest float32, or 0 if it is 0.
 * @param mu means of the weights of one tensor; of a point estimate the weights themselves
 * @param sigma standard deviations of the same weights, at least 0
 */
export function snrScore(mu: Float32Array, sigma: Float32Array): Float32Array {
  return mu.map((m, i) => (m === 0 ? 0 : Math.min(MOST, Math.abs(m) / sigma[i]!)));
}

export const snr: PrunerDefinition<z.output<typeof snrOptions>> = {
  description: 'Removes the weights with the lowest signal-to-noise ratio, abs(mu) / sigma. Needs a sigma.',
  source: 'Blundell et al. 2015, arXiv 1505.05424, section 5.1; Graves 2011',
  options: snrOptions,
  needsSigma: true,
  create: () => ({
    score: ({ mu, sigma }) => snrScore(mu, sigma!),
  }),
};
