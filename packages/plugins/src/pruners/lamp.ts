import type { PrunerDefinition } from '@bbb/core';
import { z } from 'zod';

export const lampOptions = z.strictObject({});

/**
 * w^2 divided by the sum of all squares in its tensor that are at least as large. With it, a ranking of all weights removes less from small
 * layers. The largest weight of a tensor scores 1.
 * @param mu means of the weights of one tensor; of a point estimate the weights themselves
 */
export function lampScore(mu: Float32Array): Float32Array {
  const ascending = Array.from(mu.keys()).toSorted((i, j) => Math.abs(mu[i]!) - Math.abs(mu[j]!) || i - j);
  const scores = new Float32Array(mu.length);
  let sum = 0;
  for (const i of ascending.toReversed()) {
    const square = mu[i]! * mu[i]!;
    sum += square;
    scores[i] = sum > 0 ? square / sum : 0;
  }
  return scores;
}

export const lamp: PrunerDefinition<z.output<typeof lampOptions>> = {
  description:
    'Removes the weights that are small beside the larger ones of their layer (LAMP). Fits every method.',
  source: 'Lee et al. 2021, arXiv 2010.07611, equation 4',
  options: lampOptions,
  create: () => ({ score: ({ mu }) => lampScore(mu) }),
};
