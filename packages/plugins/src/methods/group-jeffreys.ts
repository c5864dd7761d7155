import type { Method } from '@bbb/core';
import { z } from 'zod';
import { klWeightingSchema } from '../pieces/kl-weighting.js';
import { initialiserOption, startOfRho } from '../pieces/option-schemas.js';
import { temperingOptions } from '../pieces/tempering.js';
import { variationalTrainer } from '../pieces/variational-trainer.js';
import { gateTraining } from './gate-training.js';
import { groupModel } from './group-jeffreys/model.js';
import { groupObjective } from './group-jeffreys/objective.js';

export const groupJeffreysOptions = z.strictObject({
  rho0: startOfRho
    .default(-4.5)
    .describe('Where every rho starts, of weights and of scales; sigma = log(1 + e^rho).'),
  initialiser: initialiserOption({ kind: 'fan-in' }),
  klWeighting: klWeightingSchema
    .default('uniform')
    .describe('How an epoch spreads the complexity cost: uniform (1/M) or blundell (2^(M-i)/(2^M-1)).'),
  ...temperingOptions,
});
export type GroupJeffreysOptions = z.output<typeof groupJeffreysOptions>;

export const groupJeffreys: Method<GroupJeffreysOptions> = {
  description:
    'All weights of an input unit (an input, a neuron, a channel) share a random scale: whole units turn into noise and go.',
  source: 'Louizos, Ullrich & Welling 2017, arXiv 1705.08665, section 4.1',
  options: groupJeffreysOptions,
  training: gateTraining,
  pruner: 'snr',
  has: ['unitNoise'],
  create: ({ rho0, initialiser, klWeighting, klWeight, klWarmUp }, context) => ({
    model: groupModel(context, initialiser, rho0),
    trainer: variationalTrainer(context, groupObjective(context), {
      klWeighting,
      tempering: { klWeight, klWarmUp },
    }),
  }),
};
