import type { Method, MethodContext, TrainingOptions } from '@bbb/core';
import type { Prior } from '@bbb/kernels';
import { z } from 'zod';
import { gaussianModel } from '../pieces/gaussian-model.js';
import { gaussianTrainer } from '../pieces/gaussian-trainer.js';
import { estimatorOf, estimatorSchema } from '../estimators/index.js';
import { klWeightingSchema } from '../pieces/kl-weighting.js';
import { initialiserOption, startOfRho } from '../pieces/option-schemas.js';
import { temperingOptions } from '../pieces/tempering.js';

/**
 * Where every rho starts: sigma = softplus(-3.5) = 0.030. The paper does not say where to start. Chosen on MNIST (bbb-mixture,
 * 784-400-400-10, 50,000 images, 15 epochs, Adam at 1e-3): from here the network keeps its accuracy with 90 % of its weights
 * pruned on every seed tried, which it does not from -4.5; larger starts cost accuracy of the whole network.
 */
const RHO0 = -3.5;
/** The means start U(-0.2, 0.2), as in the PyTorch notebook that the study builds on. */
const MU0 = { kind: 'uniform', bound: 0.2 } as const;

/** What every Bayes by Backprop variant shares; a variant adds its prior's options. */
export const bayesOptions = {
  samples: z.int().min(1).default(1).describe('Draws of the weights for each training step.'),
  klWeighting: klWeightingSchema
    .default('uniform')
    .describe('How an epoch spreads the complexity cost: uniform (1/M) or blundell (2^(M-i)/(2^M-1)).'),
  estimator: estimatorSchema
    .optional()
    .describe(
      'How the expected gradient is estimated: weights (one draw a minibatch), local (local reparameterisation) or flipout. Default: weights.',
    ),
  rho0: startOfRho.default(RHO0).describe('Where every rho starts; sigma = log(1 + e^rho).'),
  initialiser: initialiserOption(MU0),
  ...temperingOptions,
};
const shared = z.strictObject(bayesOptions);
export type BayesOptions = z.output<typeof shared>;

/** Adam at 1e-3: plain SGD hardly moves rho, and pruning by abs(mu)/sigma needs it to move. */
export const bayesTraining: Partial<TrainingOptions> = {
  optimizer: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};

/** Blundell et al. 2015, section 3: a diagonal Gaussian over the weights of a network, under any prior. */
export function bayesByBackprop(
  { samples, klWeighting, estimator = 'weights', rho0, initialiser, klWeight, klWarmUp }: BayesOptions,
  context: MethodContext,
  prior: Prior,
): ReturnType<Method['create']> {
  return {
    model: gaussianModel(
      context,
      initialiser,
      rho0,
      prior.kind === 'gaussian' ? { mu: 0, sigma: prior.sigma } : undefined,
    ),
    trainer: gaussianTrainer(context, {
      estimator: estimatorOf(estimator, context, prior),
      samples,
      klWeighting,
      tempering: { klWeight, klWarmUp },
    }),
  };
}
