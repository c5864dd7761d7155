import type { Preset } from '@bbb/core';

/** The paper's grid: -log sigma1 in 0, 1, 2 and -log sigma2 in 6, 7, 8. */
const SIGMA1 = [1, 0.36787944117144233, 0.1353352832366127];
const SIGMA2 = [0.0024787521766663585, 0.0009118819655545162, 0.00033546262790251185];
/**
 * 1e-3, 1e-4 and 1e-5 as the paper applies them, to the cost summed over a minibatch of 128; our gradients are those of the
 * cost per example.
 */
const LEARNING_RATES = [0.128, 0.0128, 0.00128];
const SAMPLES = [1, 2, 5, 10];
const tuned = { 'training.optimizer.learningRate': LEARNING_RATES };

export const paper: Preset = {
  description:
    'Table 1 and Table 2 of the paper: five methods, 400, 800 and 1200 units, 600 epochs, the whole grid.',
  source: 'Blundell et al. 2015, arXiv 1505.05424, section 5.1; dropout rates are not stated there',
  sweep: {
    dataset: { use: 'mnist', options: {} },
    validation: 10_000,
    divisor: 126,
    hidden: [
      [400, 400],
      [800, 800],
      [1200, 1200],
    ],
    methods: [
      { label: 'sgd', use: 'sgd', options: {}, grid: tuned },
      { label: 'dropout', use: 'dropout', options: { p: 0.5, pInput: 0.2 }, grid: tuned },
      { label: 'dropconnect', use: 'dropconnect', options: { p: 0.5 }, grid: tuned },
      {
        label: 'bbb-gaussian',
        use: 'bbb-gaussian',
        options: { klWeighting: 'blundell' },
        grid: { ...tuned, 'options.samples': SAMPLES, 'options.sigma': SIGMA1 },
      },
      {
        label: 'bbb-mixture',
        use: 'bbb-mixture',
        options: { klWeighting: 'blundell' },
        grid: {
          ...tuned,
          'options.samples': SAMPLES,
          'options.pi': [0.25, 0.5, 0.75],
          'options.sigma1': SIGMA1,
          'options.sigma2': SIGMA2,
        },
      },
    ],
    training: {
      epochs: 600,
      batchSize: 128,
      optimizer: { kind: 'sgd', learningRate: 0.128, momentum: 0 },
      schedule: { kind: 'constant' },
    },
    pruning: {
      shares: [0, 0.5, 0.75, 0.95, 0.98],
      scope: 'global',
      include: ['weight', 'bias'],
      finetuneEpochs: 0,
    },
    prediction: { samples: 10 },
    seeds: [0],
    select: 'last',
  },
};
