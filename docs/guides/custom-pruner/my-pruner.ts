import { definePlugin } from '@bbb/core';
import { z } from 'zod';

/**
 * LAMP (Lee et al. 2021, "Layer-adaptive sparsity for the magnitude-based pruning", equation 4): a weight's square divided
 * by the sum of the squares of its tensor that are at least as large. With it, a ranking of all layers removes less from small layers.
 */
function lamp(mu: Float32Array, exponent: number): Float32Array {
  const power = mu.map((m) => (exponent === 1 ? Math.abs(m) : m * m));
  const ascending = Array.from(mu.keys()).toSorted((i, j) => power[i]! - power[j]! || i - j);
  const scores = new Float32Array(mu.length);
  let sum = 0;
  for (const i of ascending.toReversed()) {
    sum += power[i]!;
    scores[i] = sum > 0 ? power[i]! / sum : 0;
  }
  return scores;
}

export default definePlugin({
  name: 'bbb-plugin-my-pruner',
  pruners: {
    'my-pruner': {
      description: 'LAMP: layer-adaptive magnitude (Lee et al. 2021).',
      source: 'Lee et al. 2021, arXiv 2010.07611, equation 4',
      options: z.strictObject({
        exponent: z.literal([1, 2]).default(2).describe('1 ranks by |w|, 2 by its square as in the paper'),
      }),
      create: ({ exponent }) => ({
        score: ({ mu }) => lamp(mu, exponent),
      }),
    },
  },
});
