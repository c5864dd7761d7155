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
});

export const MIB = 2 ** 20;
