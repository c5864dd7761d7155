import { log, type Method } from '@bbb/core';
import { z } from 'zod';
import { klWeightingSchema } from '../pieces/kl-weighting.js';
import { initialiserOption, standardDeviation, startOfRho } from '../pieces/option-schemas.js';
import { temperingOptions } from '../pieces/tempering.js';
import { variationalTrainer } from '../pieces/variational-trainer.js';
import { gateTraining } from './gate-training.js';
import { spikeSlabModel } from './spike-slab/model.js';
import { spikeSlabObjective } from './spike-slab/objective.js';

const share = z
  .number()
  .min(1e-6)
  .max(1 - 1e-6);

export const spikeSlabOptions = z.strictObject({
  pi: share.default(0.1).describe('Probability that a weight is included, before the data are seen.'),
  sigma: standardDeviation
    .default(1)
    .describe('Standard deviation of the weights that are included, before the data are seen.'),
  inclusion: share
    .default(0.9)
    .describe(
      'Where every inclusion probability starts. High: weights are dropped while the network learns; low: few are ever found.',
    ),
  rho0: startOfRho.default(-4.5).describe('Where every rho starts; sigma = log(1 + e^rho).'),
  initialiser: initialiserOption({ kind: 'fan-in' }),
  klWeighting: klWeightingSchema
    .default('uniform')
    .describe('How an epoch spreads the complexity cost: uniform (1/M) or blundell (2^(M-i)/(2^M-1)).'),
  ...temperingOptions,
});
export type SpikeSlabOptions = z.output<typeof spikeSlabOptions>;

export const spikeSlab: Method<SpikeSlabOptions> = {
  description:
    'Every weight is in or out with a probability of its own, and Gaussian if in: a spike and a slab.',
  source: 'Skaaret-Lund, Storvik & Hubin 2024, arXiv 2305.03395 (LBBNN with local reparameterisation)',
  options: spikeSlabOptions,
  training: gateTraining,
  pruner: 'inclusion',
  hasSigma: true,
  has: ['inclusion'],
  create: ({ pi, sigma, inclusion, rho0, initialiser, klWeighting, klWeight, klWarmUp }, context) => ({
    model: spikeSlabModel(context, { initialiser, rho0, logit0: logitOf(inclusion) }),
    trainer: variationalTrainer(context, spikeSlabObjective(context, { sigma, pi }), {
      klWeighting,
      tempering: { klWeight, klWarmUp },
    }),
  }),
};

function logitOf(p: number): number {
  return log(p) - log(1 - p);
}
