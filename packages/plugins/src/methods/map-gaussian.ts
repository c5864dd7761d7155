import type { Method } from '@bbb/core';
import { z } from 'zod';
import { networkLoss } from '../pieces/loss.js';
import { initialiserOption } from '../pieces/option-schemas.js';
import { pointModel } from '../pieces/point-model.js';
import { pointTrainer } from '../pieces/point-trainer.js';
import { gaussianOptions } from '../pieces/prior-options.js';

/** The prior of `bbb-gaussian`, so that the two methods differ only in the posterior. */
const PRIOR_SIGMA = 0.1;

export const mapGaussianOptions = z.strictObject({
  ...gaussianOptions(PRIOR_SIGMA),
  initialiser: initialiserOption({ kind: 'fan-in' }),
});
export type MapGaussianOptions = z.output<typeof mapGaussianOptions>;

/** Minimises -log P(D_i | w) + 1/M sum w^2 / (2 sigma^2) + constant: L2 regularisation. */
export const mapGaussian: Method<MapGaussianOptions> = {
  description:
    'Maximum a posteriori under a Gaussian prior (L2): the control for the prior without the posterior.',
  options: mapGaussianOptions,
  pruner: 'magnitude',
  create: ({ sigma, initialiser }, context) => ({
    model: pointModel(context, initialiser, undefined, { mu: 0, sigma }),
    trainer: pointTrainer(context, networkLoss(context), { kind: 'gaussian', sigma }),
  }),
};
