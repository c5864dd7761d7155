import { setTimeout as sleep } from 'node:timers/promises';
import { toErrorRecord } from '@bbb/core';
import type { Execution, TrialEnd, TrialMessage, TrialTask } from '@bbb/sweep';
import type { Queue } from 'bullmq';
import type { Backend } from '../backend/backend.js';
import { jobIdOf, type HostMessage, type JobData, type JobEnd } from '../protocol.js';
import type { Inbox } from '../transfer/inbox.js';
import { acceptEnd, acceptProgress, isComplete } from './accept.js';

export type TrialQueue = Queue<JobData, JobEnd>;

/** A trial that is in the queue or with a host. */
export interface RemoteTrial extends Execution {
  /** Whether a host has it. */
  readonly started: boolean;
  onProgress(message: HostMessage): void;
  /** Looks whether it has ended: called when that is said, and now and then, since news may be missed. */
  check(): Promise<void>;
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
  const finish = (ended: TrialEnd): void => {
    over = true;
    settle(ended);
  };
  let lease: string | undefined;
  let queued = false;
  let ask: JobData['ask'];
  // What hosts hand over is stored one after the other.
  let storing = Promise.resolve();

  const put = (): Promise<unknown> => queue.add('trial', data, { jobId }).then(() => (queued = true));

  /** Puts the trial into the queue, or takes up the job that an earlier run of this process left there. */
  const enqueue = async (): Promise<void> => {
    for (;;) {
      const job = await queue.getJob(jobId);
      if (over) return;
      if (!job) return void (await put());
      const state = await job.getState();
      const ended = state === 'completed' || state === 'failed';
      if (state === 'completed' && (await isComplete(inbox, folder, job.returnvalue))) break;
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
    const job = await queue.getJob(jobId);
    if (over) return;
    if (!job) {
      onMessage({
        type: 'warning',
        code: 'W_QUEUE',
        message: `${backend.name} had lost ${name}: it is queued again.`,
      });
      return void (await put());
    }
    const state = await job.getState();
    if (over || (state !== 'completed' && state !== 'failed')) return;
    over = true;
    await storing;
    if (state === 'completed') return settle(await acceptEnd(inbox, folder, job.returnvalue));
    const error = toErrorRecord(new Error(`No host could run it: ${job.failedReason}`));
    settle({ type: 'failed', kind: 'crash', error });
  };

  const endIt = async (how: 'stop' | 'kill'): Promise<void> => {
    if (over || ask === 'kill' || ask === how) return;
    ask = how;
    const job = await queue.getJob(jobId);
    if (over || !job) return finish({ type: 'killed' });
    const state = await job.getState();
    if (state === 'completed' || state === 'failed') return check();
    try {
      // A host that has it holds a lock on it.
      await job.remove();
      finish({ type: 'killed' });
    } catch {
      await job.updateData({ ...data, ask: how });
    }
  };

  const broken = (thrown: unknown): void =>
    finish({ type: 'fatal', error: toErrorRecord(backend.explain(thrown)) });
  enqueue().catch(broken);

  return {
    end,
    get started() {
      return lease !== undefined && !over;
    },
    stop: () => void endIt('stop').catch(broken),
    kill() {
      void endIt('kill').catch(() => undefined);
      setTimeout(() => finish({ type: 'killed' }), KILL_MS).unref();
    },
    check: () => check().catch(() => undefined),
    onProgress({ lease: from, host, message, stored }) {
      if (over) return;
      if (from !== lease) {
        if (lease !== undefined) {
          // A host that was given up is heard no more.
          if (message?.type !== 'started') return;
          const text = `The host that had ${name} was lost; ${host} goes on with it.`;
          onMessage({ type: 'warning', code: 'W_LEASE', message: text });
        } else if (message?.type !== 'started') {
          // It started before this process did.
          onMessage({ type: 'started', resumedEpochs: [] });
        }
        lease = from;
      }
      if (message) onMessage(message);
      if (stored) {
        storing = storing
          .then(() => acceptProgress(inbox, folder, stored))
          .catch((error: unknown) => {
            const reason = (error as Error).message;
            onMessage({
              type: 'warning',
              message: `A checkpoint of ${name} from ${host} was not kept: ${reason}`,
            });
          });
      }
    },
  };
}
