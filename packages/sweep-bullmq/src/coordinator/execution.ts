import { setTimeout as sleep } from 'node:timers/promises';
import {
  toErrorRecord,
  type EpochMetrics,
  type Execution,
  type TrialEnd,
  type TrialMessage,
  type TrialTask,
} from '@bbb/core';
import type { Job, Queue } from 'bullmq';
import type { Backend } from '../backend/backend.js';
import { jobIdOf, type HostMessage, type JobData, type JobEnd } from '../protocol.js';
import type { Inbox } from '../transfer/inbox.js';
import { acceptEnd, acceptProgress, isComplete } from './accept.js';
import { epochLog } from './epoch-log.js';

export type TrialQueue = Queue<JobData, JobEnd>;

/** A trial that is in the queue or with a host. */
export interface RemoteTrial extends Execution {
  /** Whether a host has it, and is not done with it. */
  readonly started: boolean;
  onProgress(message: HostMessage): void;
  /** Looks whether it has ended: now and then, since news may be missed. */
  check(): Promise<void>;
  /** It is said to have ended. */
  ended(): Promise<void>;
}

/** A job as it stands; undefined when there is none. */
async function standing(
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
async function persistently(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

/** How long a host that was told to drop a trial is waited for, milliseconds. */
const KILL_MS = 3000;

export function remoteTrial(
  { queue, inbox, backend }: { readonly queue: TrialQueue; readonly inbox: Inbox; readonly backend: Backend },
  task: TrialTask,
  onMessage: (message: TrialMessage) => void,
): RemoteTrial {
  const { planned, folder, checkpointSeconds } = task;
  const jobId = jobIdOf(planned.id);
  const name = `${planned.label} seed ${planned.seed}`;
  const data: JobData = { planned: JSON.stringify(planned), checkpointSeconds };
  let settle: (end: TrialEnd) => void;
  let over = false;
  const end = new Promise<TrialEnd>((resolve) => (settle = resolve));
  let settled = false;
  const finish = (ended: TrialEnd): void => {
    over = true;
    settled = true;
    settle(ended);
  };
  const log = epochLog(folder);
  const arrival = { inbox, folder, log };
  /** Epochs that were passed on, from the first one on without a gap. */
  let heard = 0;
  let lease: string | undefined;
  let queued = false;
  let ending = false;
  let ask: JobData['ask'];
  // What hosts say is stored and passed on one after the other.
  let told = Promise.resolve();
  const inOrder = (work: () => unknown): void => {
    told = told.then(async () => void (settled || (await work())));
  };
  const warn = (message: string, code?: string): void =>
    inOrder(() => onMessage({ type: 'warning', message, ...(code === undefined ? {} : { code }) }));

  const put = (): Promise<unknown> => queue.add('trial', data, { jobId }).then(() => (queued = true));

  /** Puts the trial into the queue, or takes up the job that an earlier run of this process left there. */
  const enqueue = async (): Promise<void> => {
    for (;;) {
      const found = await standing(queue, jobId);
      if (over) return;
      if (!found) return void (await put());
      const { job, state } = found;
      const ended = state === 'completed' || state === 'failed';
      if (state === 'completed' && (await isComplete(arrival, job.returnvalue))) break;
      // A host that was asked to drop it must have done so, before it is anybody's again.
      if (!ended && job.data.ask === undefined) break;
      if (ended || state !== 'active') await job.remove().catch(() => undefined);
      else await sleep(500);
    }
    queued = true;
    await check();
  };

  const check = async (): Promise<void> => {
    if (over || !queued) return;
    const found = await standing(queue, jobId);
    if (over) return;
    if (!found) {
      warn(`${backend.name} had lost ${name}: it is queued again.`, 'W_QUEUE');
      return void (await put());
    }
    const { job, state } = found;
    if (state !== 'completed' && state !== 'failed') return;
    over = true;
    // Nobody looks again: whatever goes wrong from here on has to end it.
    await conclude(job, state).then(finish, broken);
  };

  const conclude = async (job: Job<JobData, JobEnd>, state: 'completed' | 'failed'): Promise<TrialEnd> => {
    await told;
    if (state === 'failed') {
      const error = toErrorRecord(new Error(`No host could run it: ${job.failedReason}`));
      return { type: 'failed', kind: 'crash', error };
    }
    return acceptEnd(arrival, planned.id, job.returnvalue, (epochs) => {
      // It went on while nobody listened.
      if (lease === undefined) onMessage({ type: 'started', resumedEpochs: epochs });
      else passOn(epochs);
    });
  };

  /**
   * Passes on the epochs that have not been, of all from the first one on. What a scheduler decides depends on their order: one that
   * comes after others that nobody heard of waits until a checkpoint, or the end, brings those along.
   */
  const passOn = (epochs: readonly EpochMetrics[]): void => {
    for (const metrics of epochs.slice(heard)) {
      heard = metrics.epoch;
      onMessage({ type: 'epoch', metrics });
    }
  };

  const endIt = async (how: 'stop' | 'kill'): Promise<void> => {
    if (over || ask === 'kill' || ask === how) return;
    ask = how;
    const found = await standing(queue, jobId);
    if (over || !found) return finish({ type: 'killed' });
    const { job, state } = found;
    if (state === 'completed' || state === 'failed') return check();
    if (await askFor(job, how)) finish({ type: 'killed' });
  };

  const broken = (thrown: unknown): void =>
    finish({ type: 'fatal', error: toErrorRecord(backend.explain(thrown)) });
  persistently(enqueue).catch(broken);

  return {
    end,
    get started() {
      return lease !== undefined && !ending && !over;
    },
    stop: () => void endIt('stop').catch(broken),
    kill() {
      void endIt('kill').catch(() => undefined);
      setTimeout(() => finish({ type: 'killed' }), KILL_MS).unref();
    },
    check: () => check().catch(() => undefined),
    async ended() {
      ending = true;
      await check().catch(() => undefined);
      ending = over;
    },
    onProgress({ lease: from, host, message, stored }) {
      if (over) return;
      if (from !== lease) {
        if (lease !== undefined) {
          // A host that was given up is heard no more.
          if (message?.type !== 'started') return;
          warn(`The host that had ${name} was lost; ${host} goes on with it.`, 'W_LEASE');
        } else if (message?.type !== 'started') {
          // It started before this process did.
          inOrder(async () => {
            const resumedEpochs = await log.epochs();
            heard = resumedEpochs.length;
            onMessage({ type: 'started', resumedEpochs });
          });
        }
        lease = from;
      }
      const store = (what: string, work: () => Promise<void>): void =>
        inOrder(() =>
          work().catch((error: unknown) =>
            warn(`${what} of ${name} from ${host} was not kept: ${(error as Error).message}`),
          ),
        );
      const epochs =
        message?.type === 'epoch'
          ? [message.metrics]
          : message?.type === 'started'
            ? message.resumedEpochs
            : [];
      for (const metrics of epochs) store('An epoch', () => log.add(metrics));
      if (message) {
        inOrder(() => {
          if (message.type === 'epoch' && message.metrics.epoch > heard + 1) return;
          for (const { epoch } of epochs) heard = Math.max(heard, epoch);
          onMessage(message);
        });
      }
      if (stored) {
        store('A checkpoint', () => acceptProgress(arrival, stored));
        inOrder(async () => passOn(await log.epochs()));
      }
    },
  };
}
