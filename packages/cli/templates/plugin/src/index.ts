import { definePlugin } from '@bbb/core';
import { z } from 'zod';

/**
 * A score for every weight of one tensor; the lowest are removed first. This one is abs(w) * sqrt(fanIn): a unit that adds up many
 * inputs has smaller weights from the start. Put your own formula here.
 */
export function scoreOf(mu: Float32Array, fanIn: number, power: number): Float32Array {
  const factor = Math.sqrt(fanIn);
  return mu.map((w) => (power === 1 ? Math.abs(w) : w * w) * factor);
}

export default definePlugin({
  name: 'bbb-plugin-my-pruner',
  pruners: {
    'my-pruner': {
      description: 'abs(w) in proportion to the root of the number of inputs.',
      options: z.strictObject({
        power: z.literal([1, 2]).default(1).describe('1 ranks by abs(w), 2 by its square'),
      }),
      create: ({ power }) => ({
        score: ({ mu, fanIn }) => scoreOf(mu, fanIn, power),
      }),
    },
  },
});
