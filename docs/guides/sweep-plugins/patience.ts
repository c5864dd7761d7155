import { definePlugin } from '@bbb/core';
import { z } from 'zod';

export default definePlugin({
  name: 'bbb-plugin-patience',
  schedulers: {
    patience: {
      description: 'Stops a trial that has not become better for some epochs.',
      source: 'Prechelt 1998, Early Stopping - But When?',
      options: z.strictObject({
        epochs: z.int().min(1).default(5).describe('Epochs without a loss below the best so far.'),
      }),
      create: ({ epochs }) => ({
        decide(reports) {
          const last = reports.at(-1)!;
          const own = reports.filter(({ trial }) => trial === last.trial);
          const best = own.reduce((a, b) => (b.loss < a.loss ? b : a));
          return last.epoch - best.epoch >= epochs ? 'stop' : 'continue';
        },
      }),
    },
  },
});
