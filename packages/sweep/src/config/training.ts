import { adamEpsilon } from '@bbb/core';
import { z } from 'zod';

const rate = z.number().positive();
const decay = z.number().min(0).lt(1);

/**
 * Some training options; what is left out comes from the next lower level (method, then defaults). `optimizer` and `schedule` may be
 * partial too: without a `kind` they change the lower level's one, with another `kind` they start from that kind's defaults.
 */
export const trainingPatchSchema = z.strictObject({
  epochs: z.int().min(1).optional().describe('Passes over the training examples. Default: 15.'),
  batchSize: z.int().min(1).optional().describe('Examples in a minibatch. Default: 128.'),
  optimizer: z
    .strictObject({
      kind: z.enum(['sgd', 'adam']).optional().describe('SGD with momentum, or Adam.'),
      learningRate: rate
        .optional()
        .describe("Step size at the start. Default: the method's; else 1e-3 for adam, 0.1 for sgd."),
      momentum: decay.optional().describe('Of sgd. Default: 0.'),
      beta1: decay.optional().describe('Of adam: decay of the mean of the gradient. Default: 0.9.'),
      beta2: decay.optional().describe('Of adam: decay of the mean of its square. Default: 0.999.'),
      epsilon: adamEpsilon.optional().describe('Of adam: added to the root in the divisor. Default: 1e-8.'),
    })
    .optional()
    .describe('How parameters move. Another kind starts from the defaults of that kind.'),
  schedule: z
    .strictObject({
      kind: z
        .enum(['constant', 'step', 'cosine', 'linear'])
        .optional()
        .describe('Constant, lowered in steps, or falling to zero along a cosine or a line.'),
      every: z.int().min(1).optional().describe('Of step: epochs from one step to the next. Default: 10.'),
      factor: z
        .number()
        .positive()
        .optional()
        .describe('Of step: what the rate is multiplied by. Default: 0.5.'),
    })
    .optional()
    .describe('How the learning rate changes over the epochs. Default: constant.'),
});
export type TrainingPatch = z.output<typeof trainingPatchSchema>;
