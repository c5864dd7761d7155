import { availableParallelism, setPriority } from 'node:os';
import { definePlugin, parseOptions } from '@bbb/core';
import { z } from 'zod';

export default definePlugin({
  name: 'bbb-plugin-nice',
  executors: {
    nice: {
      description: 'Worker threads that let other programs go first.',
      options: z.strictObject({
        priority: z
          .int()
          .min(0)
          .max(19)
          .default(10)
          .describe('0: as all others; 19: only when all else rests.'),
      }),
      create: ({ priority }) => ({
        capacity: availableParallelism(),
        start(context) {
          setPriority(priority);
          const threads = context.registry.get('executors', 'threads');
          return threads.create(parseOptions('threads', threads.options, {})).start(context);
        },
      }),
    },
  },
});
