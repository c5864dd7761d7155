import type { Method } from '@bbb/core';
import { z } from 'zod';
import { networkLoss } from '../pieces/loss.js';
import { initialiserOption } from '../pieces/option-schemas.js';
import { pointModel } from '../pieces/point-model.js';
import { pointTrainer } from '../pieces/point-trainer.js';
import { mixtureOptions } from '../pieces/prior-options.js';

export const mapMixtureOptions = z.strictObject({
  ...mixtureOptions,
  initialiser: initialiserOption({ kind: 'fan-in' }),
});
export type MapMixtureOptions = z.output<typeof mapMixtureOptions>;

/** Minimises -log P(D_i | w) - 1/M log P(w) under the scale mixture prior of Blundell et al. 2015, equation 7. */
export const mapMixture: Method<MapMixtureOptions> = {
  description:
    'Maximum a posteriori under the scale mixture prior: what the prior does without posterior variance.',
  options: mapMixtureOptions,
  pruner: 'magnitude',
  create: ({ pi, sigma1, sigma2, initialiser }, context) => ({
    model: pointModel(context, initialiser),
    trainer: pointTrainer(context, networkLoss(context), { kind: 'mixture', pi, sigma1, sigma2 }),
  }),
};
