import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Queue } from 'bullmq';
import type { JobData, JobEnd } from '../protocol.js';

export type TrialQueue = Queue<JobData, JobEnd>;

/** A job as it stands; undefined when there is none. */
export async function standing(
  queue: TrialQueue,
  jobId: string,
): Promise<{ readonly job: Job<JobData, JobEnd>; readonly state: string } | undefined> {
  // The state first: the other way round a trial that ends in between is done, and has no return value.
  const state = await queue.getJobState(jobId);
  const job = await queue.getJob(jobId);
  return job && { job, state };
}

/**
 * Takes a job out of the queue, or asks the host that has it to end it.
 * @returns whether it is gone
 */
export async function askFor(job: Job<JobData, JobEnd>, ask: 'stop' | 'kill'): Promise<boolean> {
  try {
    // A host that has it holds a lock on it.
    await job.remove();
    return true;
  } catch {
    await job.updateData({ ...job.data, ask });
    return false;
  }
}

/** How often a trial is put into the queue before that counts as impossible, and the pause between, milliseconds. */
const TRIES = 3;
const PAUSE_MS = 500;

/** Again and again: a transaction that gets in the way of a host's is rolled back, and does as well the next time. */
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
