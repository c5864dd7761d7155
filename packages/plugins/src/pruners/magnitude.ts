import type { PrunerDefinition } from '@bbb/core';
import { z } from 'zod';

export const magnitudeOptions = z.strictObject({});

/**
 * abs(mu).
 * @param mu means of the weights of one tensor; of a point estimate the weights themselves
 */
export function magnitudeScore(mu: Float32Array): Float32Array {
  return mu.map(Math.abs);
}

export const magnitude: PrunerDefinition<z.output<typeof magnitudeOptions>> = {
  description: 'Removes the weights closest to zero, by abs(mu). Fits every method.',
  source: 'Han et al. 2015, arXiv 1506.02626',
  options: magnitudeOptions,
  create: () => ({ score: ({ mu }) => magnitudeScore(mu) }),
};
