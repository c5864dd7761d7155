import { z } from 'zod';

const GIB = 1024;

/** Options that threads and processes of this machine share. */
export const localOptions = z.strictObject({
  heapMegabytes: z
    .int()
    .positive()
    .optional()
    .describe("Most JavaScript heap of each worker, MiB. Without it, Node's own limit."),
  memoryMegabytes: z
    .int()
    .positive()
    .default(GIB)
    .describe('A worker that holds more memory than this after a trial is replaced, MiB.'),
  threads: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe(
      'Threads that all trials have together, at least one each. Without it, the cores there are, or as many as --workers.',
    ),
});

export const MIB = 2 ** 20;
