import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Queue } from 'bullmq';
import type { JobData, JobEnd } from '../protocol.js';

export type TrialQueue = Queue<JobData, JobEnd>;

/** A job and its state; undefined when the queue does not have the job. */
export async function standing(
  queue: TrialQueue,
  jobId: string,
): Promise<{ readonly job: Job<JobData, JobEnd>; readonly state: string } | undefined> {
  // Read the state before the job: in the other order, a trial that ends in between would be done without a return value.
  const state = await queue.getJobState(jobId);
  const job = await queue.getJob(jobId);
  return job && { job, state };
}

/**
 * Removes a job from the queue, or asks the host that runs it to end it.
 * @returns whether it was removed
 */
export async function askFor(job: Job<JobData, JobEnd>, ask: 'stop' | 'kill'): Promise<boolean> {
  try {
    // This fails while a host holds a lock on the job.
    await job.remove();
    return true;
  } catch {
    await job.updateData({ ...job.data, ask });
    return false;
  }
}

/** Number of attempts to put a trial into the queue, and the pause between them, milliseconds. */
const TRIES = 3;
const PAUSE_MS = 500;

/** Repeats a database operation: one that collides with a host's transaction is rolled back, and works the next time. */
export async function persistently(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
