import type { PrunerDefinition } from '@bbb/core';
import { z } from 'zod';
import { MOST } from './most.js';

export const taylorOptions = z.strictObject({});

/**
 * abs(w dL/dw): how much the loss changes, to first order, when the weight is removed.
 * @param mu means of the weights of one tensor; of a point estimate the weights themselves
 * @param gradient of the mean negative log-likelihood over all training examples
 */
export function taylorScore(mu: Float32Array, gradient: ArrayLike<number>): Float32Array {
  return mu.map((w, i) => Math.min(MOST, Math.abs(w * gradient[i]!)));
}

export const taylor: PrunerDefinition<z.output<typeof taylorOptions>> = {
  description:
    'Removes the weights with the smallest abs(w times the slope of the loss). Looks at the training examples.',
  source:
    'Molchanov et al. 2017, arXiv 1611.06440; before training: Lee et al. 2019 (SNIP), arXiv 1810.02340',
  options: taylorOptions,
  needs: ['examples'],
  create: () => ({
    score: (weights, _key, context) => taylorScore(weights.mu, context.statistics(weights).gradient()),
  }),
};
