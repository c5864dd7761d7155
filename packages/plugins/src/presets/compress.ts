import type { Preset } from '@bbb/core';
import { gateTraining } from '../methods/gate-training.js';

/** The sparsities that others have published for LeNet-300-100. Some procedures train anew for each of them. */
const SHARES = [0.95, 0.985, 0.99];
/** All weights are removed by the middle of the training; the second half adapts the ones that are left. */
const EARLY = { begin: 0, end: 0.5 };
const MAGNITUDE = [{ use: 'magnitude', options: {} }];
const procedure = (use: string, options: object = {}) => ({ procedure: { use, options } });

/** The small networks of the literature on pruning: LeNet-300-100, or LeNet-5 with --network cnn. */
export const compress: Preset = {
  description:
    'How small LeNet-300-100 gets: one-shot, iterative, gradual, lottery tickets, before training, and Bayesian methods; with Adam at 3e-3, 1e-2 where scales and gates have to move far. About half an hour on two cores; LeNet-5 by --network cnn takes hours.',
  source:
    'Rows of SNIP (Lee et al. 2019, Table 1) and RigL (Evci et al. 2020, Table 2); sparse-vd: Molchanov et al. 2017',
  sweep: {
    dataset: { use: 'mnist', options: {} },
    hidden: [[300, 100]],
    validation: 5_000,
    methods: [
      {
        label: 'sgd',
        use: 'sgd',
        options: {},
        pruning: { pruners: ['magnitude', 'obd'].map((use) => ({ use, options: {} })) },
      },
      {
        label: 'sgd-iterative',
        use: 'sgd',
        options: {},
        pruning: { pruners: MAGNITUDE, ...procedure('iterative', { rounds: 5, epochs: 3 }) },
      },
      {
        label: 'sgd-gradual',
        use: 'sgd',
        options: {},
        training: { epochs: 40 },
        pruning: { pruners: MAGNITUDE, ...procedure('gradual', EARLY) },
      },
      {
        label: 'map-gradual',
        use: 'map-gaussian',
        options: { sigma: 0.1 },
        training: { epochs: 40 },
        pruning: { pruners: MAGNITUDE, ...procedure('gradual', EARLY) },
      },
      {
        label: 'sgd-rewind',
        use: 'sgd',
        options: {},
        pruning: { pruners: MAGNITUDE, ...procedure('rewind', { rate: 0.4, epoch: 1 }) },
      },
      {
        label: 'snip',
        use: 'sgd',
        options: {},
        pruning: { pruners: [{ use: 'snip', options: {} }], include: ['weight'], ...procedure('at-init') },
      },
      {
        label: 'bbb-mixture',
        use: 'bbb-mixture',
        options: { initialiser: { kind: 'fan-in' }, rho0: -4.5 },
        training: { epochs: 30 },
        pruning: { pruners: [{ use: 'snr', options: {} }] },
      },
      { label: 'sparse-vd', use: 'sparse-vd', options: {}, training: { epochs: 40 } },
      {
        label: 'sparse-vd-gradual',
        use: 'sparse-vd',
        options: { klWeight: 0.3 },
        training: { epochs: 40 },
        pruning: procedure('gradual', { begin: 0.2, end: 0.6 }),
      },
      {
        label: 'group-jeffreys',
        use: 'group-jeffreys',
        options: {},
        training: { epochs: 30, ...gateTraining },
        pruning: { pruners: ['snr', 'noisy-units'].map((use) => ({ use, options: {} })) },
      },
      {
        label: 'spike-slab',
        use: 'spike-slab',
        options: {},
        training: { epochs: 30, ...gateTraining },
      },
    ],
    training: {
      optimizer: { kind: 'adam', learningRate: 3e-3 },
      schedule: { kind: 'cosine' },
    },
    pruning: { shares: SHARES },
    prediction: { samples: 0 },
    seeds: [0, 1, 2],
  },
};
