import { join } from 'node:path';
import { BbbError, clause, toErrorRecord, type TrialEnd } from '@bbb/core';
import { logEnd } from '../store/attempts.js';
import { storing } from '../store/errors.js';
import { isOwnFile } from '../store/own-open.js';
import { TRIAL_FILES, trialFolder } from '../store/names.js';
import { unsealResult, type Handed } from '../store/result-file.js';
import { commitTrial } from './commit-trial.js';
import type { Commits } from './commits.js';
import type { Attempted, Driving } from './drive-context.js';
import { failTrial } from './fail-trial.js';
import type { TrialQueue } from './queue.js';
import { stopEarly } from './stop-early.js';

/** Records how attempts ended. */
export interface Settler {
  /** Resolves when the lane may go on; the result may still be on its way to the disk. */
  settle(this: void, attempted: Attempted, end: TrialEnd): Promise<void>;
  /** How often a trial has failed in this run. */
  failures(this: void, id: string): number;
}

const RETRIES = 1;

const RETRY =
  'Type the command again with --retry-failed. An executor of your own hands over what runTrial() returns.';

export function settler(driving: Driving, queue: TrialQueue, commits: Commits): Settler {
  const { dir, index, tally, emit, options, scheduling, brake } = driving;
  const counted = new Map<string, number>();
  const failures = (id: string): number => counted.get(id) ?? 0;

  const fail = async (attempted: Attempted, end: Extract<TrialEnd, { type: 'failed' }>): Promise<void> => {
    const { planned } = attempted;
    const count = failures(planned.id) + 1;
    counted.set(planned.id, count);
    const willRetry = end.kind !== 'diverged' && count <= (options.maxRetries ?? RETRIES);
    // If the sweep is halted, the next run makes the retry.
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
      // The decision holds even if the trial finished before it reached the trial: which trials are kept must not depend on speed.
      if (stoppedAt !== undefined && end.type !== 'fatal') return stopEarly(driving, attempted, stoppedAt);
      switch (end.type) {
        case 'done': {
          const handed = handedOver(driving, id, end.text);
          if (!(handed instanceof BbbError)) return commits.add(commitTrial(driving, attempted, handed));
          return fail(attempted, { type: 'failed', kind: 'error', error: toErrorRecord(handed) });
        }
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

/** The result of an attempt, or the reason why it can't be committed. That reason fails this attempt alone, not the sweep. */
function handedOver({ dir, data }: Driving, id: string, text: string): Handed | BbbError {
  if (!isOwnFile(join(trialFolder(dir, id), TRIAL_FILES.checkpoint)))
    return new BbbError('E_RESULT', `Trial ${id} ended without its ${TRIAL_FILES.checkpoint}.`, {
      hint: RETRY,
    });
  try {
    return { text, result: unsealResult(text, id, data) };
  } catch (cause) {
    if (!(cause instanceof BbbError)) throw cause;
    return new BbbError('E_RESULT', `Trial ${id} ended without a valid result: ${clause(cause.message)}.`, {
      hint: RETRY,
      cause,
    });
  }
}
