import type { Method } from '@bbb/core';
import { z } from 'zod';
import { networkLoss } from '../pieces/loss.js';
import { initialiserOption } from '../pieces/option-schemas.js';
import { pointModel } from '../pieces/point-model.js';
import { pointTrainer } from '../pieces/point-trainer.js';

export const sgdOptions = z.strictObject({ initialiser: initialiserOption({ kind: 'fan-in' }) });
export type SgdOptions = z.output<typeof sgdOptions>;

/** Maximum likelihood: minimises -log P(D_i | w). */
export const sgd: Method<SgdOptions> = {
  description: 'Maximum likelihood by the chosen optimiser: a point for every weight, no noise.',
  options: sgdOptions,
  pruner: 'magnitude',
  create: ({ initialiser }, context) => ({
    model: pointModel(context, initialiser),
    trainer: pointTrainer(context, networkLoss(context), { kind: 'flat' }),
  }),
};
