import type { Preset } from '@bbb/core';
import { dropout, DROPOUT_ROWS, PRUNING } from './shared.js';

const STUDY_METHODS = [
  // The published "SGD" is Dropout with p = 0.01 and Adam: kept, under its published name.
  dropout('sgd', 0.01),
  ...DROPOUT_ROWS,
  { label: 'bbb-mixture', use: 'bbb-mixture', options: {} },
];

export const study: Preset = {
  description:
    'The study: five models, 784-500-500-10, 50 epochs of Adam at 1e-4, all 60,000 training images. Its "sgd" is Dropout with p = 0.01.',
  source: 'Weight pruning and Uncertainty in Neural Networks',
  sweep: {
    dataset: { use: 'mnist', options: {} },
    validation: 0,
    divisor: 255,
    hidden: [[500, 500]],
    methods: STUDY_METHODS,
    training: {
      epochs: 50,
      batchSize: 100,
      optimizer: { kind: 'adam', learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      schedule: { kind: 'constant' },
    },
    pruning: PRUNING,
    prediction: { samples: 10 },
    seeds: [0],
    select: 'last',
  },
};
