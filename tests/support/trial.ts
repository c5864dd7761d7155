import type { Trial } from '@bbb/core';

/** The members of a trial that a test sets. Of training and pruning, it sets only what it tests. */
export type TrialChanges = Partial<Omit<Trial, 'training' | 'pruning'>> & {
  readonly training?: Partial<Trial['training']>;
  readonly pruning?: Partial<Trial['pruning']>;
};

/** A complete trial: plain maximum likelihood with Adam, pruned by nothing, measured dense, seed 0. */
export function trialOf({ training, pruning, ...changes }: TrialChanges = {}): Trial {
  return {
    method: { use: 'sgd', options: {} },
    data: { use: 'mnist', options: {}, validation: 0, divisor: 255 },
    hidden: [16],
    training: {
      epochs: 4,
      batchSize: 64,
      optimizer: adam(1e-3),
      schedule: { kind: 'constant' },
      ...training,
    },
    pruning: {
      pruners: [],
      shares: [0],
      scope: 'global',
      include: ['weight', 'bias'],
      finetuneEpochs: 0,
      ...pruning,
    },
    prediction: { samples: 3 },
    numerics: 'strict',
    select: 'last',
    seed: 0,
    ...changes,
  };
}

/** Adam as it is published, with this learning rate. */
export function adam(learningRate: number): Trial['training']['optimizer'] {
  return { kind: 'adam', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
}

/** Pruners by their names, with their defaults. */
export function prunersOf(...names: readonly string[]): Trial['pruning']['pruners'] {
  return names.map((use) => ({ use, options: {} }));
}
