import type { Method, TrainingOptions } from '@bbb/core';
import { z } from 'zod';
import { innerMethod, methodOption } from '../pieces/inner-method.js';
import { swagModel } from '../pieces/swag-model.js';
import { swagTrainer } from '../pieces/swag-trainer.js';

export const swagOptions = z.strictObject({
  rank: z
    .int()
    .min(0)
    .max(1000)
    .default(10)
    .describe('Last deviations kept, K: the rank of the low-rank half; below 2 there is only the diagonal.'),
  start: z.number().min(0).lt(1).default(0.5).describe('Share of the epochs before iterates are collected.'),
  perEpoch: z.int().min(1).default(4).describe('Iterates collected in an epoch, evenly spaced.'),
  learningRate: z
    .number()
    .positive()
    .optional()
    .describe('Constant rate while iterates are collected. Default: the one that training starts with.'),
  of: methodOption('Which method makes the iterates; one value for each weight'),
});
export type SwagOptions = z.output<typeof swagOptions>;

/** As in the paper: SGD with momentum moves around an optimum, and the Gaussian is fitted to these iterates. */
const swagTraining: Partial<TrainingOptions> = {
  optimizer: { kind: 'sgd', learningRate: 0.05, momentum: 0.9 },
};

export const swag: Method<SwagOptions> = {
  description:
    'A Gaussian fitted to the iterates of training at a constant rate: their mean, half their diagonal, half a low rank.',
  source: 'Maddox et al. 2019, arXiv 1902.02476, algorithm 1',
  options: swagOptions,
  wraps: 'of',
  training: swagTraining,
  hasSigma: true,
  create({ of, learningRate, ...options }, context) {
    const point = innerMethod(context, of);
    const training = { ...options, learningRate: learningRate ?? context.optimizer.learningRate };
    return {
      model: swagModel(context, point.model, options.rank),
      trainer: swagTrainer(context, point, training),
    };
  },
};
