import type { Preset } from '@bbb/core';

export const quick: Preset = {
  description: 'The five models of the study, sized so that five seeds end in minutes on a laptop.',
  source: 'Weight pruning and Uncertainty in Neural Networks; smaller network, fewer epochs, Adam at 1e-3',
  sweep: {
    dataset: { use: 'mnist', options: {} },
    validation: 10_000,
    divisor: 255,
    hidden: [[200, 200]],
    methods: [
      { label: 'sgd', use: 'sgd', options: {} },
      { label: 'dropout-0.5', use: 'dropout', options: { p: 0.5, pInput: 0.5 } },
      { label: 'dropout-0.75', use: 'dropout', options: { p: 0.75, pInput: 0.75 } },
      { label: 'dropout-0.9', use: 'dropout', options: { p: 0.9, pInput: 0.9 } },
      { label: 'bbb-mixture', use: 'bbb-mixture', options: {} },
    ],
    training: {
      epochs: 5,
      batchSize: 128,
      optimizer: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      schedule: { kind: 'constant' },
    },
    pruning: {
      shares: [0, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99],
      scope: 'global',
      include: ['weight', 'bias'],
      finetuneEpochs: 0,
    },
    prediction: { samples: 10 },
    seeds: [0],
    select: 'last',
  },
};
