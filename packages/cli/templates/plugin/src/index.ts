import { definePlugin } from '@bbb/core';
import { z } from 'zod';

/**
 * A score for every weight of one tensor; the lowest are removed first. This one is abs(w), relative to the mean of its layer: a layer of
 * small weights is not removed as a whole. Put your own formula here.
 */
export function scoreOf(mu: Float32Array, relative: boolean): Float32Array {
  const mean = mu.reduce((sum, w) => sum + Math.abs(w), 0) / mu.length;
  return mu.map((w) => Math.abs(w) / (relative && mean > 0 ? mean : 1));
}

export default definePlugin({
  name: 'bbb-plugin-my-pruner',
  pruners: {
    'my-pruner': {
      description: 'abs(w) relative to the mean of its layer.',
      options: z.strictObject({
        relative: z.boolean().default(true).describe('false ranks by abs(w) alone'),
      }),
      create: ({ relative }) => ({
        score: ({ mu }) => scoreOf(mu, relative),
      }),
    },
  },
});
