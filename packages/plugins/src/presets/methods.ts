import type { Preset } from '@bbb/core';
import { FAN_IN, PRUNING } from './shared.js';

/** Adam, for methods whose own training options do not name an optimiser and a schedule. */
const ADAM = {
  optimizer: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  schedule: { kind: 'linear' },
} as const;

/** At the method's own 0.002 this width diverges slowly: 2.8 % of the validation images are wrong after 20 epochs, 4.8 % after 30; at 0.0003 2.8 %. */
const IVON = {
  optimizer: { kind: 'sgd', learningRate: 3e-4, momentum: 0 },
  schedule: { kind: 'cosine' },
} as const;

const adam = (label: string, options: Readonly<Record<string, unknown>> = {}, use = label) => ({
  label,
  use,
  options,
  training: ADAM,
});

export const methods: Preset = {
  description:
    'Every way to a posterior on one network: accuracy, calibration and uncertainty, dense and pruned to 99.5 %.',
  source: 'LeNet-300-100; each method as in docs/methods, 30 epochs, rates chosen on validation images',
  sweep: {
    dataset: { use: 'mnist', options: {} },
    outOfDistribution: { use: 'fashion-mnist', options: {} },
    validation: 10_000,
    divisor: 255,
    hidden: [[300, 100]],
    methods: [
      adam('sgd'),
      adam('dropout', { p: 0.5, pInput: 0.2 }),
      adam('concrete-dropout'),
      adam('ensemble', { members: 5, of: { use: 'sgd', options: {} } }),
      adam('laplace'),
      {
        ...adam('laplace-all', { layers: 'all', of: { use: 'map-gaussian', options: {} } }, 'laplace'),
        pruning: { pruners: [{ use: 'snr', options: {} }] },
      },
      { label: 'swag', use: 'swag', options: {} },
      { label: 'sgld', use: 'sgld', options: {} },
      adam('bbb-gaussian', FAN_IN),
      adam('bbb-mixture', FAN_IN),
      { label: 'ivon', use: 'ivon', options: {}, training: IVON },
      { label: 'sparse-vd', use: 'sparse-vd', options: {} },
      { label: 'group-jeffreys', use: 'group-jeffreys', options: {} },
      { label: 'spike-slab', use: 'spike-slab', options: {} },
    ],
    training: { epochs: 30, batchSize: 128 },
    pruning: { ...PRUNING, shares: [0, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995] },
    prediction: { samples: 10 },
    seeds: [0, 1, 2],
    select: 'last',
  },
};
