import type { Preset } from '@bbb/core';

/** The published "SGD" is Dropout with p = 0.01 and Adam: kept, under its published name. */
const dropout = (label: string, p: number) => ({ label, use: 'dropout', options: { p, pInput: p } });

export const STUDY_METHODS = [
  dropout('sgd', 0.01),
  dropout('dropout-0.5', 0.5),
  dropout('dropout-0.75', 0.75),
  dropout('dropout-0.9', 0.9),
  { label: 'bbb-mixture', use: 'bbb-mixture', options: {} },
];

export const study: Preset = {
  description:
    'The study: five models, 784-500-500-10, 50 epochs of Adam at 1e-4, all 60,000 training images.',
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
    pruning: {
      shares: [0, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999],
      scope: 'global',
      include: ['weight', 'bias'],
      finetuneEpochs: 0,
    },
    prediction: { samples: 10 },
    seeds: [0],
    select: 'last',
  },
};
