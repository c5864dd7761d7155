import type { PlannedTrial, SweepCounts, SweepEvent } from '@bbb/core';
import { runHere } from './run-here.js';

type ByType = { readonly [T in SweepEvent['type']]: Extract<SweepEvent, { type: T }> };

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
const error = { name: 'Error', message: 'it broke' };

/**
 * One event of every type, in an order that is possible. They come from one trial, which this function runs, and from another one, which is
 * stopped.
 */
export async function everyEvent(trial: PlannedTrial, other: PlannedTrial): Promise<SweepEvent[]> {
  const result = await runHere(trial);
  const [first, second] = result.epochs;
  const nameOf = ({ id, label, variant, seed }: PlannedTrial) => ({ id, label, variant, seed });
  const { epochs } = trial.trial.training;
  const byType: ByType = {
    'sweep-start': {
      type: 'sweep-start',
      dir: '/sweep',
      workers: 1,
      resumed: false,
      waiting: [trial.id],
      counts,
    },
    'trials-proposed': { type: 'trials-proposed', trials: [{ ...nameOf(other), epochs }] },
    'trial-start': {
      type: 'trial-start',
      ...nameOf(trial),
      epochs,
      attempt: 1,
      resumedEpochs: [first!],
    },
    progress: { type: 'progress', id: trial.id, phase: 'train', epoch: 2, epochs, share: 0.5, trainNll: 0.4 },
    epoch: { type: 'epoch', id: trial.id, metrics: second! },
    warning: { type: 'warning', code: 'W_TEST', message: 'something is odd', id: trial.id },
    'trial-failed': {
      type: 'trial-failed',
      ...nameOf(trial),
      attempt: 1,
      kind: 'error',
      error,
      willRetry: true,
      counts,
      etaSeconds: 1,
    },
    'trial-done': { type: 'trial-done', ...nameOf(trial), seconds: 1, result, counts },
    'trial-stopped-early': {
      type: 'trial-stopped-early',
      ...nameOf(other),
      epoch: 1,
      counts,
    },
    stopping: { type: 'stopping', signal: 'SIGINT' },
    'trial-stopped': { type: 'trial-stopped', id: other.id, epoch: 1 },
    'sweep-done': { type: 'sweep-done', outcome: { status: 'done', dir: '/sweep', counts, seconds: 2 } },
  };
  return Object.values(byType);
}
