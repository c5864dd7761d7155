import plugins, {
  type BayesOptions,
  bayesOptions,
  dropoutLoss,
  gaussianModel,
  gaussianTrainer,
  weightSampling,
} from '@bbb/plugins';
import type { Method } from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import { describe, it } from 'vitest';
import { z } from 'zod';
import { methodChecks, prunerChecks, TOY_KINDS } from '@bbb/contract';

const ops = referenceOps();

/** Beside the defaults of every method: each option that changes what is computed. */
const VARIANTS: Record<string, Record<string, unknown>[]> = {
  sgd: [{}, { initialiser: { kind: 'he' } }],
  dropout: [
    { p: 0.3, pInput: 0.2 },
    { p: 0, pInput: 0.2 },
    { p: 0.3, pInput: 0 },
  ],
  dropconnect: [{ p: 0.3 }],
  'bbb-gaussian': [
    { rho0: -2, sigma: 1 },
    { rho0: -2, samples: 3, klWeighting: 'blundell', sigma: 0.5 },
    { rho0: -2, sigma: 1, estimator: 'local' },
    { rho0: -2, sigma: 0.5, estimator: 'local', samples: 2 },
    { rho0: -2, sigma: 1, estimator: 'flipout' },
  ],
  'bbb-mixture': [
    { rho0: -3, pi: 0.75, sigma2: 0.1 },
    { rho0: -3, samples: 2, pi: 0.7, sigma1: 1.5, sigma2: 0.1 },
    { rho0: -3, samples: 2, pi: 0.7, sigma2: 0.1, estimator: 'flipout' },
  ],
  'map-gaussian': [{ sigma: 0.5 }],
  'map-mixture': [{ sigma2: 0.05 }],
};

for (const [name, method] of Object.entries(plugins.methods!)) {
  for (const options of VARIANTS[name]!) {
    for (const toy of TOY_KINDS) {
      describe(`${name} ${JSON.stringify(options)} on ${toy}`, () => {
        for (const { name, run } of methodChecks({ method, options, toy, ops })) it(name, run);
      });
    }
  }
}

for (const [name, pruner] of Object.entries(plugins.pruners!)) {
  describe(name, () => {
    for (const { name, run } of prunerChecks(pruner)) it(name, run);
  });
}

/** A method in a few lines over the pieces: a Gaussian over the weights of a network that drops units as well. */
const composed: Method<BayesOptions> = {
  description: 'Bayes by Backprop with dropout.',
  options: z.strictObject(bayesOptions),
  pruner: 'snr',
  create: ({ initialiser, rho0, samples, klWeighting }, context) => {
    const loss = dropoutLoss(context, { p: 0.2, pInput: 0.1 });
    const estimator = weightSampling(context, { kind: 'gaussian', sigma: 1 }, loss);
    return {
      model: gaussianModel(context, initialiser, rho0),
      trainer: gaussianTrainer(context, { estimator, samples, klWeighting }),
    };
  },
};

describe('a method composed of a noisy loss, a Gaussian posterior and a prior', () => {
  const options = { rho0: -3, samples: 2 };
  for (const { name, run } of methodChecks({ method: composed, options, ops })) it(name, run);
});
