import type { TrialEnd } from '@bbb/core';
import { logEnd } from '../store/attempts.js';
import { storing } from '../store/errors.js';
import { trialFolder } from '../store/names.js';
import { commitTrial } from './commit-trial.js';
import type { Commits } from './commits.js';
import type { Attempted, Driving } from './drive-context.js';
import { failTrial } from './fail-trial.js';
import type { TrialQueue } from './queue.js';
import { stopEarly } from './stop-early.js';

/** Takes what became of attempts into the books. */
export interface Settler {
  /** Resolves when the lane may go on: a commit may still be under way. */
  settle(this: void, attempted: Attempted, end: TrialEnd): Promise<void>;
  /** How often a trial has failed in this run. */
  failures(this: void, id: string): number;
}

const RETRIES = 1;

export function settler(driving: Driving, queue: TrialQueue, commits: Commits): Settler {
  const { dir, index, tally, emit, options, scheduling, brake } = driving;
  const counted = new Map<string, number>();
  const failures = (id: string): number => counted.get(id) ?? 0;

  const fail = async (attempted: Attempted, end: Extract<TrialEnd, { type: 'failed' }>): Promise<void> => {
    const { planned } = attempted;
    const count = failures(planned.id) + 1;
    counted.set(planned.id, count);
    const willRetry = end.kind !== 'diverged' && count <= (options.maxRetries ?? RETRIES);
    // A sweep that is halted leaves that to the next run.
    await failTrial(driving, attempted, end, willRetry);
    if (willRetry) queue.again(planned);
  };

  const interrupted = async (
    { planned: { id }, attempt, seconds }: Attempted,
    end: Extract<TrialEnd, { type: 'stopped' | 'killed' }>,
  ): Promise<void> => {
    tally.queued(id);
    index.update(id, { state: 'waiting' });
    const outcome = end.type;
    await storing('log an attempt', () => logEnd(trialFolder(dir, id), attempt, seconds, { outcome }));
    if (end.type === 'stopped') emit({ type: 'trial-stopped', id, epoch: end.epoch });
  };

  return {
    failures,
    async settle(attempted, end) {
      const { id } = attempted.planned;
      const stoppedAt = scheduling?.stoppedAt(id);
      // Also where the trial was quicker than the decision: what is kept must not depend on that.
      if (stoppedAt !== undefined && end.type !== 'fatal') return stopEarly(driving, attempted, stoppedAt);
      switch (end.type) {
        case 'done':
          return commits.add(commitTrial(driving, attempted, end.text));
        case 'failed':
          return fail(attempted, end);
        case 'fatal':
          tally.queued(id);
          index.update(id, { state: 'waiting' });
          return brake.fatal(end.error);
        case 'stopped':
        case 'killed':
          return interrupted(attempted, end);
      }
    },
  };
}
