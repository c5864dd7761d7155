import { defineConfig } from '@bbb/cli/config';
import { createRegistry } from '@bbb/core';
import builtIns, { type BuiltInOptions } from '@bbb/plugins';
import { expect, it } from 'vitest';

// What follows is checked by `tsc -p tests`: an expected error that does not come is an error itself.
const config = defineConfig({
  preset: 'quick',
  plugins: ['bbb-plugin-mine'],
  dataset: { use: 'csv', options: { data: 'prices.csv', target: 'price' } },
  networks: [{ use: 'cnn' }, { use: 'mlp', options: { hidden: [50] } }],
  methods: [
    { use: 'dropout', label: 'less', options: { p: 0.3 }, training: { epochs: 3 } },
    { use: 'bbb-mixture', options: { estimator: 'flipout', initialiser: { kind: 'fan-in' } } },
    { use: 'laplace', options: { of: { use: 'map-gaussian' } } },
    { use: 'of-a-plugin', options: { anything: [1, 2] } },
  ],
  pruning: {
    shares: [0.9],
    pruners: [{ use: 'snr' }, { use: 'kl', label: 'narrow', options: { sigma: 0.1 } }, { use: 'mine' }],
    procedure: { use: 'gradual', options: { begin: 0.1 } },
  },
  seeds: [0, 1],
});

// @ts-expect-error p is a probability
defineConfig({ methods: [{ use: 'dropout', options: { p: 'half' } }] });
// @ts-expect-error sgd has no option p
defineConfig({ methods: [{ use: 'sgd', options: { p: 0.5 } }] });
// @ts-expect-error there is no such estimator
defineConfig({ methods: [{ use: 'bbb-gaussian', options: { estimator: 'flippout' } }] });
// @ts-expect-error sigma is a number
defineConfig({ pruning: { pruners: [{ use: 'kl', options: { sigma: 'wide' } }] } });
// @ts-expect-error a misspelt member
defineConfig({ preset: 'quick', trainig: { epochs: 3 } });
// @ts-expect-error of training, too
defineConfig({ preset: 'quick', training: { epoch: 3 } });

it('a configuration comes back as it is', () => {
  expect(config.methods?.map(({ use }) => use)).toEqual(['dropout', 'bbb-mixture', 'laplace', 'of-a-plugin']);
});

/** The type holds these names on the one side, the test holds them against the registry on the other. */
const TYPED: { [Kind in keyof BuiltInOptions]: Record<keyof BuiltInOptions[Kind], true> } = {
  methods: {
    sgd: true,
    dropout: true,
    'concrete-dropout': true,
    dropconnect: true,
    'bbb-gaussian': true,
    'bbb-mixture': true,
    'bbb-laplace': true,
    'bbb-spike-slab-lasso': true,
    'sparse-vd': true,
    ivon: true,
    'map-gaussian': true,
    'map-mixture': true,
    ensemble: true,
    laplace: true,
    'group-jeffreys': true,
    'spike-slab': true,
    swag: true,
    sgld: true,
  },
  networks: {
    mlp: true,
    cnn: true,
  },
  likelihoods: {
    categorical: true,
    gaussian: true,
  },
  pruners: {
    magnitude: true,
    snr: true,
    kl: true,
    'log-alpha': true,
    obd: true,
    opd: true,
    obs: true,
    taylor: true,
    wanda: true,
    bmr: true,
    lamp: true,
    'posterior-zero': true,
    snip: true,
    random: true,
    'shuffle-within-layer': true,
    inclusion: true,
    'unit-norm': true,
    'unit-snr': true,
    'unit-taylor': true,
    'unit-noise': true,
    'noisy-units': true,
  },
  procedures: {
    'one-shot': true,
    iterative: true,
    gradual: true,
    rewind: true,
    'at-init': true,
  },
  datasets: {
    idx: true,
    csv: true,
    images: true,
    rotated: true,
    curve: true,
  },
};

it('every method, network, criterion, procedure and likelihood that ships is typed', () => {
  const registry = createRegistry([builtIns]);
  for (const kind of ['methods', 'networks', 'likelihoods', 'pruners', 'procedures'] as const) {
    expect(Object.keys(TYPED[kind]).toSorted(), kind).toEqual(
      registry
        .list(kind)
        .map(({ name }) => name)
        .toSorted(),
    );
  }
});
