import type { Method } from '@bbb/core';
import { z } from 'zod';
import { sampleModel } from '../pieces/kept-samples.js';
import { langevinTrainer } from '../pieces/langevin-trainer.js';
import { networkLoss } from '../pieces/loss.js';
import { initialiserOption } from '../pieces/option-schemas.js';
import { gaussianOptions } from '../pieces/prior-options.js';

/** The prior of `bbb-gaussian` and `map-gaussian`, so that the three methods differ only in the posterior. */
const PRIOR_SIGMA = 0.1;

export const sgldOptions = z.strictObject({
  ...gaussianOptions(PRIOR_SIGMA),
  samples: z
    .int()
    .min(1)
    .max(1000)
    .default(20)
    .describe(
      'Samples kept, evenly spaced over what comes after the burn-in; each takes as much memory as the weights.',
    ),
  burnIn: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe('Share of the training, or of each of its cycles, before samples are kept.'),
  cycles: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe(
      'Above 1: the rate falls along half a cosine in each cycle, whose burn-in has no noise: samples of several modes.',
    ),
  preconditioned: z
    .boolean()
    .optional()
    .describe(
      'Whether each weight has a rate of its own, by how steep the cost has been for it (pSGLD). Default: where the optimiser is Adam.',
    ),
  decay: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.99)
    .describe('Of the running mean of squared gradients (preconditioned).'),
  damping: z
    .number()
    .positive()
    .default(1e-5)
    .describe(
      'Added to the root of that mean: the largest rate is 1 / damping times the rate (preconditioned).',
    ),
  temperature: z
    .number()
    .min(0)
    .default(1)
    .describe('1 samples the posterior, below 1 a sharper one; 0: no noise, samples are snapshots.'),
  initialiser: initialiserOption({ kind: 'fan-in' }),
});
export type SgldOptions = z.output<typeof sgldOptions>;

/** Samples exp(-U / T), U = -ln P(D | w) - ln P(w) summed over all training examples. */
export const sgld: Method<SgldOptions> = {
  description:
    'Langevin dynamics on minibatches: steps of gradient and noise whose iterates are samples of the posterior, some of which are kept.',
  source:
    'Welling & Teh 2011; preconditioned: Li et al. 2016, arXiv 1512.07666; cycles: Zhang et al. 2020, arXiv 1902.03932',
  options: sgldOptions,
  training: { optimizer: { kind: 'sgd', learningRate: 0.3, momentum: 0 } },
  pruner: 'snr',
  create({ sigma, initialiser, preconditioned, decay, damping, ...plan }, context) {
    // Only the learning rate of the optimiser is used. A rate for Adam is meant for scaled gradients.
    const scaled = preconditioned ?? context.optimizer.kind === 'adam';
    return {
      model: sampleModel(context, initialiser, plan.samples, { mu: 0, sigma }),
      trainer: langevinTrainer(context, networkLoss(context), {
        ...plan,
        sigma,
        ...(scaled ? { preconditioning: { decay, damping } } : {}),
      }),
    };
  },
};
