import type { Preset } from '@bbb/core';

const FAN_IN = { initialiser: { kind: 'fan-in' } } as const;

export const curve: Preset = {
  description:
    'The regression curve of the paper: bands of Bayes by Backprop widen where there are no data, those of SGD do not. Adam at 5e-3.',
  source:
    'Blundell et al. 2015, arXiv 1505.05424, section 5.2 and figure 5; networks, prior and training are ours',
  sweep: {
    dataset: { use: 'curve', options: {} },
    validation: 0,
    // Training x lie in [0, 0.5], so the inputs lie in [0, 2].
    divisor: 0.25,
    hidden: [[100, 100]],
    methods: [
      { label: 'sgd', use: 'sgd', options: FAN_IN },
      {
        label: 'bbb-gaussian',
        use: 'bbb-gaussian',
        options: { ...FAN_IN, estimator: 'local', sigma: 1, rho0: -2.5 },
      },
    ],
    training: {
      epochs: 800,
      batchSize: 128,
      optimizer: { kind: 'adam', learningRate: 5e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      schedule: { kind: 'cosine' },
    },
    pruning: { shares: [0, 0.5, 0.75, 0.9], scope: 'global', include: ['weight', 'bias'], finetuneEpochs: 0 },
    prediction: { samples: 100 },
    seeds: [0],
    select: 'last',
  },
};
