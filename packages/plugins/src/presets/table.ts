import type { Preset } from '@bbb/core';
import { FAN_IN } from './shared.js';

export const table: Preset = {
  description:
    'Hundreds or thousands of rows: a small network, five seeds, priors that few examples can move. Adam at 5e-3.',
  source: 'networks, priors and training are ours',
  sweep: {
    dataset: { use: 'iris', options: {} },
    validation: 12,
    testFraction: 0.2,
    divisor: 1,
    hidden: [[50]],
    methods: [
      { label: 'sgd', use: 'sgd', options: {} },
      { label: 'dropout', use: 'dropout', options: { p: 0.1, pInput: 0 } },
      {
        label: 'bbb-gaussian',
        use: 'bbb-gaussian',
        // The default prior, sigma 0.1, is made for 60,000 images. A hundred rows give less evidence than it costs to move a weight of a
        // small layer as far as other methods start, so the network would stay at the prior.
        options: { ...FAN_IN, estimator: 'local', sigma: 1 },
      },
    ],
    training: {
      epochs: 100,
      batchSize: 32,
      optimizer: { kind: 'adam', learningRate: 5e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      schedule: { kind: 'constant' },
    },
    pruning: { shares: [0, 0.5, 0.75, 0.9], scope: 'global', include: ['weight', 'bias'], finetuneEpochs: 0 },
    prediction: { samples: 20 },
    seeds: [0, 1, 2, 3, 4],
    select: 'last',
  },
};
