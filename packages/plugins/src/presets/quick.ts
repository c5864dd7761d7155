import type { Preset } from '@bbb/core';
import { DROPOUT_ROWS, FAN_IN, PRUNING } from './shared.js';

export const quick: Preset = {
  description:
    'The five models of the study, all trained with Adam at 3e-3, sized so that five seeds end in minutes on a laptop.',
  source: 'Weight pruning and Uncertainty in Neural Networks; smaller network, fewer epochs, Adam at 3e-3',
  sweep: {
    dataset: { use: 'mnist', options: {} },
    validation: 10_000,
    divisor: 255,
    hidden: [[128, 128]],
    methods: [
      { label: 'sgd', use: 'sgd', options: {} },
      ...DROPOUT_ROWS,
      { label: 'bbb-mixture', use: 'bbb-mixture', options: FAN_IN },
    ],
    training: {
      epochs: 10,
      batchSize: 128,
      // Higher than the rates of the paper, because the variances must move in only ten epochs (compared with 1e-3 and 2e-3).
      optimizer: { kind: 'adam', learningRate: 3e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      schedule: { kind: 'constant' },
    },
    pruning: PRUNING,
    prediction: { samples: 5 },
    seeds: [0],
    select: 'last',
  },
};
