import type { PlannedTrial } from '@bbb/core';
import { attemptTrial } from './attempt.js';
import { brakeOf, type Halt } from './brake.js';
import { pendingCommits } from './commits.js';
import type { DriveContext, Driving } from './drive-context.js';
import { handover } from './handover.js';
import { listenTo } from './listen.js';
import { trialQueue } from './queue.js';
import { settler } from './settle.js';
import { stopEarly } from './stop-early.js';

/** Number of results that may wait for the disk, for each lane. */
const PENDING_COMMITS = 2;
const CHECKPOINT_SECONDS = 2;

/**
 * Runs trials, as many at a time as the executor takes, until none is left or something halts the sweep. When the promise resolves, all
 * trials have ended and everything is stored.
 * @returns the reason if the sweep was halted
 */
export async function drive(
  waiting: readonly PlannedTrial[],
  context: DriveContext,
): Promise<Halt | undefined> {
  const { dir, executor, tally, options, scheduling } = context;
  const brake = brakeOf(options, context.lost);
  const driving: Driving = { ...context, brake };
  const commits = pendingCommits(PENDING_COMMITS * executor.capacity, brake.breakDown);
  const handovers = handover();
  const queue = trialQueue(waiting, {
    brake,
    handovers,
    more: context.more,
    // The next proposal depends on all trials that have ended, so their results are stored first.
    async ready() {
      await handovers.all();
      await executor.vacancy?.();
      await commits.all();
    },
  });
  const { settle, failures } = settler(driving, queue, commits);

  const run = async (planned: PlannedTrial): Promise<void> => {
    const { id } = planned;
    const attempt = (context.attempts.get(id) ?? 0) + failures(id) + 1;
    const stoppedAt = scheduling?.stoppedAt(id);
    if (stoppedAt !== undefined) {
      // An earlier process decided that the trial stops, and died before the decision took effect.
      executor.forget?.(id);
      return stopEarly(driving, { planned, attempt: attempt - 1, seconds: 0 }, stoppedAt);
    }
    tally.started(id);
    const { end, seconds } = await attemptTrial(planned, {
      dir,
      executor,
      attempt,
      checkpointSeconds: options.checkpointSeconds ?? CHECKPOINT_SECONDS,
      timeoutSeconds: options.timeoutSeconds,
      onMessage: listenTo(driving, planned, attempt),
      onExecution(execution) {
        brake.started(id, execution);
        handovers.end(id);
      },
    }).finally(() => brake.ended(id));
    await settle({ planned, attempt, seconds }, end);
  };
  const lane = async (): Promise<void> => {
    for (let planned = await queue.next(); planned; planned = await queue.next()) {
      const { id } = planned;
      await run(planned)
        .catch(brake.breakDown)
        .finally(() => handovers.end(id));
    }
  };

  try {
    await Promise.all(Array.from({ length: executor.capacity }, lane));
    await commits.all();
  } finally {
    brake.release();
  }
  return brake.halted;
}
