import type { TrainingOptions } from '@bbb/core';

/** How a published result was made, as far as its source tells. */
export interface Protocol {
  readonly method: { readonly use: string; readonly options: Readonly<Record<string, unknown>> };
  readonly hidden: readonly number[];
  readonly training: TrainingOptions;
  /** Pixels are divided by this. */
  readonly divisor: number;
  readonly shares: readonly number[];
  readonly published: {
    readonly source: string;
    readonly error: string;
    readonly removed: string;
    readonly logLikelihood?: string;
  };
  /** What is not the same here, whatever the budget. */
  readonly differences: readonly string[];
}

const adam = (learningRate: number) =>
  ({ kind: 'adam', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }) as const;

/** By name. */
export const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  'sparse-vd': {
    method: { use: 'sparse-vd', options: {} },
    hidden: [300, 100],
    training: { epochs: 200, batchSize: 100, optimizer: adam(1e-3), schedule: { kind: 'linear' } },
    divisor: 255,
    shares: [0.95, 0.97, 0.98, 0.985],
    published: {
      source: 'Molchanov et al. 2017, table 1',
      error: '1.92 %',
      removed: '98.5 % (68 times fewer weights)',
    },
    differences: [
      'biases are weights with noise of their own (in the paper points), and count among those that are ranked',
      'the KL warms up over 5 epochs',
      'the last epoch is measured, once (published codes print the best test error of all epochs)',
    ],
  },
  laplace: {
    method: { use: 'laplace', options: {} },
    hidden: [1200, 1200],
    training: { epochs: 10, batchSize: 128, optimizer: adam(1e-3), schedule: { kind: 'cosine' } },
    divisor: 255,
    shares: [],
    published: {
      source: 'Antoran 2019, notebook of the KFAC Laplace approximation (its point network: 1.58 %, -572.9)',
      error: '1.47 %',
      removed: '',
      logLikelihood: '-564.6',
    },
    differences: [
      'the last layer alone is random, and the prior precision comes from the marginal likelihood',
      'the budget of the source is not known; the last epoch is measured, once',
    ],
  },
};
