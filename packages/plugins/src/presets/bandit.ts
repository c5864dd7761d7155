import type { Preset } from '@bbb/core';

const adam = (learningRate: number) => ({
  optimizer: { kind: 'adam', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
});
const FAN_IN = { initialiser: { kind: 'fan-in' } } as const;

export const bandit: Preset = {
  description:
    'Thompson sampling with Bayes by Backprop against greedy agents: a table of classes as a bandit, cumulative regret. bbb bandit runs it.',
  source:
    'Blundell et al. 2015, arXiv 1505.05424, section 5.3 and figure 6; a table that ships in place of the mushrooms, fewer rounds',
  sweep: {
    dataset: { use: 'breast-cancer', options: {} },
    validation: 0,
    testFraction: 0.1,
    hidden: [[100, 100]],
    methods: [
      // The prior's sigma of 0.2, 0.5 and 1 and the rate of 1e-3 and 3e-3 were tried on seeds 100 to 102.
      {
        label: 'bbb',
        use: 'bbb-gaussian',
        options: { ...FAN_IN, estimator: 'local', sigma: 0.5, rho0: -3 },
        training: adam(1e-3),
      },
      { label: 'sgd', use: 'sgd', options: { initialiser: { kind: 'he' } }, training: adam(1e-3) },
      // Chosen by the least regret on seeds 100 to 102, which are in no result, among the rates 3e-4, 1e-3, 3e-3 and 1e-2 and the
      // initialisers fan-in and he.
      { label: 'sgd-tuned', use: 'sgd', options: FAN_IN, training: adam(1e-2) },
    ],
    training: { batchSize: 64, schedule: { kind: 'constant' } },
    pruning: { shares: [0, 0.9], scope: 'global', include: ['weight', 'bias'], finetuneEpochs: 0 },
    prediction: { samples: 10 },
    seeds: [0, 1, 2, 3, 4],
    select: 'last',
  },
  bandit: {
    agents: [
      { name: 'thompson', method: 'bbb' },
      { name: 'greedy', method: 'sgd' },
      { name: 'epsilon-1', method: 'sgd', epsilon: 0.01 },
      { name: 'epsilon-5', method: 'sgd', epsilon: 0.05 },
      { name: 'greedy-tuned', method: 'sgd-tuned' },
    ],
    bad: 'malignant',
    rounds: 2000,
    buffer: 4096,
    steps: 64,
    every: 8,
    likelihood: { use: 'gaussian', options: { noise: 'fixed', sd: 0.1 } },
  },
};
