import type { Method, MethodContext } from '@bbb/core';
import { z } from 'zod';
import { networkLoss, type Loss } from '../pieces/loss.js';
import type { UnitDropout } from '../pieces/pass.js';
import { initialiserOption, probability } from '../pieces/option-schemas.js';
import { pointModel } from '../pieces/point-model.js';
import { pointTrainer } from '../pieces/point-trainer.js';
import { thinned } from '../pieces/thinned.js';

export const dropoutOptions = z.strictObject({
  p: probability
    .default(0.5)
    .describe('Probability of dropping a hidden unit; of a convolution a channel is a unit.'),
  pInput: probability
    .default(0.2)
    .describe('Probability of dropping an input. Inputs of a convolution are not dropped.'),
  initialiser: initialiserOption({ kind: 'fan-in' }),
});
export type DropoutOptions = z.output<typeof dropoutOptions>;

/**
 * -log P(D_i | w, z), where z has a Bernoulli variable for each example and unit. Kept units are scaled by 1/(1 - p), so the mean activation is
 * that of the whole network.
 *
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param rates probability that a unit is dropped: `pInput` of an input, `p` of a hidden unit
 */
export function dropoutLoss(context: MethodContext, rates: UnitDropout): Loss {
  return networkLoss(context, rates);
}

export const dropout: Method<DropoutOptions> = {
  description: 'Dropout on inputs and hidden units, in training and, for sampled predictions, afterwards.',
  source: 'Srivastava et al. 2014; Monte Carlo prediction: Gal & Ghahramani 2016, arXiv 1506.02142',
  options: dropoutOptions,
  pruner: 'magnitude',
  create(options, context) {
    return {
      model: pointModel(context, options.initialiser, thinned(context, options)),
      trainer: pointTrainer(context, dropoutLoss(context, options), { kind: 'flat' }),
    };
  },
};
