import plugins from '@bbb/plugins';
import { referenceOps } from '@bbb/kernels';
import { describe, it } from 'vitest';
import { methodChecks } from '../contract/method.js';
import { prunerChecks } from '../contract/pruner.js';

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
  ],
  'bbb-mixture': [
    { rho0: -3, pi: 0.75, sigma2: 0.1 },
    { rho0: -3, samples: 2, pi: 0.7, sigma1: 1.5, sigma2: 0.1 },
  ],
  'map-gaussian': [{ sigma: 0.5 }],
  'map-mixture': [{ sigma2: 0.05 }],
};

for (const [name, method] of Object.entries(plugins.methods!)) {
  for (const options of VARIANTS[name]!) {
    describe(`${name} ${JSON.stringify(options)}`, () => {
      for (const { name, run } of methodChecks({ method, options, ops })) it(name, run);
    });
  }
}

for (const [name, pruner] of Object.entries(plugins.pruners!)) {
  describe(name, () => {
    for (const { name, run } of prunerChecks(pruner)) it(name, run);
  });
}
