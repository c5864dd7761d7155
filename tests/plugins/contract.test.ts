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
import { methodChecks, procedureChecks, prunerChecks, TOY_KINDS, type ToyKind } from '@bbb/contract';

const ops = referenceOps();

type Variant = [options: Record<string, unknown>, toys?: readonly ToyKind[]];

/**
 * In addition to the defaults of every method: each option that changes the computation, on every network where it
 * matters.
 */
const VARIANTS: Record<string, Variant[]> = {
  sgd: [[{}], [{ initialiser: { kind: 'he' } }, ['cnn']]],
  dropout: [[{ p: 0.3, pInput: 0.2 }], [{ p: 0, pInput: 0.2 }, ['mlp']], [{ p: 0.3, pInput: 0 }, ['mlp']]],
  'concrete-dropout': [
    [{ p: 0.2, sigma: 2 }],
    [{ p: 0.4, sigma: 1, temperature: 0.3, klWeight: 0.5 }, ['cnn']],
  ],
  dropconnect: [[{ p: 0.3 }]],
  'bbb-gaussian': [
    [{ rho0: -2, sigma: 1 }],
    [{ rho0: -2, samples: 3, klWeighting: 'blundell', sigma: 0.5 }, ['regression']],
    [{ rho0: -2, sigma: 1, estimator: 'local' }],
    [{ rho0: -2, sigma: 0.5, estimator: 'local', samples: 2 }, ['regression']],
    [{ rho0: -2, sigma: 1, estimator: 'flipout' }],
    [{ rho0: -2, sigma: 1, klWeight: 0.3 }, ['mlp']],
  ],
  'bbb-mixture': [
    [{ rho0: -3, pi: 0.75, sigma2: 0.1 }, ['mlp', 'cnn']],
    [{ rho0: -3, samples: 2, pi: 0.7, sigma1: 1.5, sigma2: 0.1 }, ['regression']],
    [{ rho0: -3, samples: 2, pi: 0.7, sigma2: 0.1, estimator: 'flipout' }, ['cnn', 'regression']],
  ],
  'bbb-laplace': [[{ rho0: -2, scale: 0.5 }], [{ rho0: -2, scale: 0.5, estimator: 'flipout' }, ['cnn']]],
  'bbb-spike-slab-lasso': [[{ rho0: -3, pi: 0.6, slab: 1, spike: 0.2 }]],
  'sparse-vd': [[{ rho0: -3 }], [{ rho0: -3, samples: 2, klWeight: 0.5 }, ['cnn']]],
  ivon: [
    [{ sigma0: 0.03, sigma: 1, beta2: 0.95, rateScale: 1 }],
    [{ sigma0: 0.1, sigma: 1, samples: 3, klWeight: 0.5, rateScale: 1 }, ['regression', 'cnn']],
  ],
  'map-gaussian': [[{ sigma: 0.5 }]],
  'map-mixture': [[{ sigma2: 0.05 }]],
  sgld: [
    [{ samples: 4, sigma: 0.5 }],
    [{ samples: 3, sigma: 0.5, cycles: 2, temperature: 0, burnIn: 0 }, ['mlp', 'regression']],
    [{ samples: 3, sigma: 0.5, preconditioned: true, temperature: 0.1 }, ['mlp', 'regression']],
  ],
  swag: [
    [{ rank: 3, perEpoch: 2 }],
    [{ rank: 0, start: 0, of: { use: 'dropout', options: { p: 0.2, pInput: 0.1 } } }, ['mlp']],
    [{ rank: 2, of: { use: 'map-gaussian', options: { sigma: 0.5 } } }, ['regression']],
  ],
  ensemble: [
    [{ members: 2 }],
    [{ members: 2, of: { use: 'bbb-gaussian', options: { rho0: -2, sigma: 1 } } }, ['mlp', 'regression']],
    [{ members: 2, of: { use: 'swag', options: { rank: 2 } } }, ['regression']],
  ],
  'group-jeffreys': [
    [{ rho0: -2 }],
    [{ rho0: -3, initialiser: { kind: 'he' }, klWeight: 0.3 }, ['regression']],
  ],
  'spike-slab': [
    [{ rho0: -2, inclusion: 0.7 }],
    [{ pi: 0.3, sigma: 0.5, inclusion: 0.6, klWeighting: 'blundell', klWeight: 0.5 }, ['regression']],
  ],
  laplace: [
    [{ layers: 'all' }],
    [{ layers: 'all', structure: 'diagonal', priorPrecision: 'by-network' }],
    [{ factors: 'exact' }, ['mlp', 'regression']],
    [
      {
        layers: 'all',
        prediction: 'sampled',
        priorPrecision: 20,
        of: { use: 'map-gaussian', options: { sigma: 1 } },
      },
      ['cnn'],
    ],
  ],
};

for (const [name, method] of Object.entries(plugins.methods!)) {
  for (const [options, toys = TOY_KINDS] of VARIANTS[name]!) {
    for (const toy of toys) {
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

/** A method of a few lines, made of existing pieces: Gaussian weights in a network that also drops units. */
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

for (const [name, procedure] of Object.entries(plugins.procedures!)) {
  describe(name, () => {
    for (const { name, run } of procedureChecks(procedure)) it(name, run);
  });
}
