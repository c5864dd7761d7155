import { definePlugin, fold, unitUniform } from '@bbb/core';
import { z } from 'zod';

export default definePlugin({
  name: 'bbb-plugin-nearby',
  samplers: {
    nearby: {
      description: 'Random points, most of them close to the best one so far.',
      options: z.strictObject({
        width: z
          .number()
          .gt(0)
          .max(1)
          .default(0.2)
          .describe('Of the neighbourhood, as a share of a dimension.'),
        explore: z.number().min(0).max(1).default(0.3).describe('Share of the points that may lie anywhere.'),
      }),
      adaptive: true,
      create: ({ width, explore }) => ({
        suggest(space, history, index, key) {
          const random = (...what: string[]): number => unitUniform(fold(key, index, ...what));
          const best = history.toSorted((a, b) => a.loss - b.loss)[0];
          const anywhere = best === undefined || random('explore') < explore;
          return Object.fromEntries(
            Object.keys(space).map((path) => {
              // The best point does not have hyper-parameters of other methods.
              const centre = anywhere ? undefined : best.point[path];
              const u = random('coordinate', path);
              return [path, centre === undefined ? u : (centre + (u - 0.5) * width + 1) % 1];
            }),
          );
        },
      }),
    },
  },
});
