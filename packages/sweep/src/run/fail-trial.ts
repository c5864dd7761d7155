import type { TrialEnd } from '@bbb/core';
import { logEnd } from '../store/attempts.js';
import { storing } from '../store/errors.js';
import { trialFolder } from '../store/names.js';
import { etaOf, type Attempted, type Driving } from './drive-context.js';

/** Records that an attempt failed, and whether the trial failed for good. */
export async function failTrial(
  driving: Driving,
  { planned, attempt, seconds }: Attempted,
  { kind, error }: Extract<TrialEnd, { type: 'failed' }>,
  willRetry: boolean,
): Promise<void> {
  const { dir, index, tally, emit, options, brake } = driving;
  const { id, label, variant, seed } = planned;
  const final = !willRetry;
  await storing('log an attempt', () =>
    logEnd(trialFolder(dir, id), attempt, seconds, { outcome: 'failed', kind, error, final }),
  );
  const state = willRetry ? 'waiting' : kind === 'diverged' ? 'diverged' : 'failed';
  index.update(id, { state, error: error.message });
  if (willRetry) {
    tally.queued(id);
  } else {
    tally.failed(id, kind);
    driving.onEnd?.(planned, undefined);
  }
  const counts = tally.counts();
  emit({
    type: 'trial-failed',
    id,
    label,
    variant,
    seed,
    attempt,
    kind,
    error,
    willRetry,
    counts,
    ...etaOf(driving),
  });
  if (final && options.failFast === true) brake.halt({ status: 'failed', error }, 'stop');
}
