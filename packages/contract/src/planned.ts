import { trialId, type PlannedTrial, type Trial } from '@bbb/core';

/** A trial that is never run. */
export const TRIAL: Trial = {
  method: { use: 'sgd', options: {} },
  data: { use: 'toy', options: {}, validation: 0, divisor: 255 },
  hidden: [2],
  training: {
    epochs: 9,
    batchSize: 4,
    optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0 },
    schedule: { kind: 'constant' },
  },
  pruning: { pruners: [], shares: [0], scope: 'global', include: ['weight'], finetuneEpochs: 0 },
  prediction: { samples: 0 },
  numerics: 'strict',
  select: 'last',
  seed: 0,
};

/** TRIAL as part of a plan, told apart by its seed. */
export function planned(seed: number): PlannedTrial {
  const trial = { ...TRIAL, seed };
  return { id: trialId(trial), label: 'sgd', variant: '', configuration: 'c', seed, trial };
}
