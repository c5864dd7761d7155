/**
 * The plugin with the executor for many machines. Import `@bbb/sweep-bullmq/plugin` where a program makes a registry for sweeps with a queue.
 *
 * @packageDocumentation
 */
import { definePlugin } from '@bbb/core';
import { z } from 'zod';
import { serverOf } from './backend/address.js';
import { CAPACITY } from './coordinator/capacity.js';
import { parseListen } from './transfer/limits.js';

/** The executor `bullmq`. The clients of Redis and PostgreSQL are loaded only when there is something to run. */
export default definePlugin({
  name: '@bbb/sweep-bullmq',
  executors: {
    bullmq: {
      description:
        'All machines that run bbb worker and meet at a Redis or PostgreSQL server, through BullMQ.',
      options: z.strictObject({
        queue: z
          .string()
          .min(1)
          .describe('Address of the server: redis://host:6379 or postgres://user@host/database.'),
        listen: z
          .string()
          .min(1)
          .optional()
          .describe("host:port where machines that don't share the sweep's folder upload results."),
      }),
      create({ queue, listen }) {
        // Checks the address before a folder for the sweep is made.
        serverOf(queue);
        if (listen !== undefined) parseListen(listen);
        return {
          capacity: CAPACITY,
          async start(context) {
            const { bullmqExecutor } = await import('./coordinator/executor.js');
            return bullmqExecutor({ queue, ...(listen === undefined ? {} : { listen }) }).start(context);
          },
        };
      },
      async host({ queue }, context) {
        const { runWorker } = await import('./host/worker.js');
        await runWorker({ queue, ...context });
      },
    },
  },
});
