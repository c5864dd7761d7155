import type { Preset } from '@bbb/core';
import { FAN_IN, PRUNING } from './shared.js';

/** Adam, for methods whose own training options do not name an optimiser and a schedule. */
const ADAM = {
  optimizer: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  schedule: { kind: 'linear' },
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
  source: 'LeNet-300-100; each method as in docs/methods, 20 epochs, rates chosen on validation images',
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
      { label: 'swag', use: 'swag', options: {} },
      { label: 'sgld', use: 'sgld', options: {} },
      adam('bbb-gaussian', FAN_IN),
      adam('bbb-mixture', FAN_IN),
      { label: 'ivon', use: 'ivon', options: {} },
      { label: 'sparse-vd', use: 'sparse-vd', options: {} },
      { label: 'group-jeffreys', use: 'group-jeffreys', options: {} },
      { label: 'spike-slab', use: 'spike-slab', options: {} },
    ],
    training: { epochs: 20, batchSize: 128 },
    pruning: { ...PRUNING, shares: [0, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995] },
    prediction: { samples: 10 },
    seeds: [0],
    select: 'last',
  },
};
