import type { PrunerDefinition } from '@bbb/core';
import { z } from 'zod';

export const inclusionOptions = z.strictObject({});

/**
 * P(w != 0), the posterior probability that the weight is not 0. It is 1 for weights without a spike.
 * @param mu means of the weights of one tensor; of a point estimate the weights themselves
 * @param inclusion P(w != 0) of each weight, in [0, 1]. Default: 1
 */
export function inclusionScore(mu: Float32Array, inclusion?: Float32Array): Float32Array {
  return inclusion?.slice() ?? new Float32Array(mu.length).fill(1);
}

export const inclusion: PrunerDefinition<z.output<typeof inclusionOptions>> = {
  description: 'Removes the weights that are least likely to be there at all. For spike-slab.',
  source:
    'Barbieri & Berger 2004 (the median probability model); Skaaret-Lund, Storvik & Hubin 2024, arXiv 2305.03395',
  options: inclusionOptions,
  needs: ['inclusion'],
  create: () => ({
    score: ({ mu, inclusion: probability }) => inclusionScore(mu, probability),
    suggest: () => 0.5,
  }),
};
