import { adamEpsilon } from '@bbb/core';
import { z } from 'zod';

const rate = z.number().positive();
const decay = z.number().min(0).lt(1);

/**
 * Some training options; what is left out comes from the next lower level (method, then defaults). `optimizer` and `schedule` may be
 * partial too: without a `kind` they change the lower level's one, with another `kind` they start from that kind's defaults.
 */
export const trainingPatchSchema = z.strictObject({
  epochs: z.int().min(1).optional().describe('Passes over the training examples.'),
  batchSize: z.int().min(1).optional().describe('Examples in a minibatch.'),
  optimizer: z
    .strictObject({
      kind: z.enum(['sgd', 'adam']).optional(),
      learningRate: rate.optional(),
      momentum: decay.optional(),
      beta1: decay.optional(),
      beta2: decay.optional(),
      epsilon: adamEpsilon.optional(),
    })
    .optional(),
  schedule: z
    .strictObject({
      kind: z.enum(['constant', 'step', 'cosine', 'linear']).optional(),
      every: z.int().min(1).optional(),
      factor: z.number().positive().optional(),
    })
    .optional(),
});
export type TrainingPatch = z.output<typeof trainingPatchSchema>;
