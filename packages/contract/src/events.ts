import type { EpochMetrics, SweepCounts, SweepEvent, TrialResult } from '@bbb/core';

const counts: SweepCounts = {
  total: 2,
  done: 0,
  kept: 0,
  stoppedEarly: 0,
  failed: 0,
  diverged: 0,
  running: 1,
  waiting: 1,
};
const metrics: EpochMetrics = {
  epoch: 1,
  learningRate: 0.1,
  trainNll: 0.5,
  trainError: 0.1,
  kl: 0,
  loss: 0.5,
  validationError: 0.1,
  validationNll: 0.4,
  seconds: 1,
};
const name = { id: 't0', label: 'sgd', variant: '', seed: 0 };
const error = { name: 'Error', message: 'it broke' };

/** One event of every type, in an order in which they may come. A type that is added must be added here. */
const BY_TYPE: { readonly [T in SweepEvent['type']]: Extract<SweepEvent, { type: T }> } = {
  'sweep-start': { type: 'sweep-start', dir: '/sweep', workers: 1, resumed: false, waiting: ['t0'], counts },
  'trials-proposed': { type: 'trials-proposed', trials: [{ ...name, id: 't1', epochs: 2 }] },
  'trial-start': { type: 'trial-start', ...name, epochs: 2, attempt: 1, resumedEpochs: [metrics] },
  progress: { type: 'progress', id: 't0', phase: 'train', epoch: 2, epochs: 2, share: 0.5, trainNll: 0.4 },
  epoch: { type: 'epoch', id: 't0', metrics: { ...metrics, epoch: 2 } },
  warning: { type: 'warning', code: 'W_TEST', message: 'something is odd', id: 't0' },
  'trial-failed': {
    type: 'trial-failed',
    ...name,
    attempt: 1,
    kind: 'error',
    error,
    willRetry: true,
    counts,
    etaSeconds: 1,
  },
  'trial-done': {
    type: 'trial-done',
    ...name,
    seconds: 1,
    result: { id: 't0', epochs: [metrics] } as unknown as TrialResult,
    counts,
  },
  'trial-stopped-early': { type: 'trial-stopped-early', ...name, id: 't1', epoch: 1, counts },
  stopping: { type: 'stopping', signal: 'SIGINT' },
  'trial-stopped': { type: 'trial-stopped', id: 't1', epoch: 1 },
  'sweep-done': { type: 'sweep-done', outcome: { status: 'done', dir: '/sweep', counts, seconds: 2 } },
};

export const EVENTS: readonly SweepEvent[] = Object.values(BY_TYPE);
