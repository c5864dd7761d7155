import { setTimeout as sleep } from 'node:timers/promises';
import {
  toErrorRecord,
  type Execution,
  type TrialEnd,
  type TrialMessage,
  type TrialTask,
  BbbError,
} from '@bbb/core';
import { checkEpochs, senseless } from '@bbb/sweep/host';
import type { Job } from 'bullmq';
import type { Backend } from '../backend/backend.js';
import { inTime } from '../in-time.js';
import { hostMessageSchema, jobIdOf, type HostMessage, type JobData, type JobEnd } from '../protocol.js';
import type { Inbox } from '../transfer/inbox.js';
import { acceptEnd, isComplete } from './accept.js';
import { epochLog } from './epoch-log.js';
import { hearingOf } from './hearing.js';
import { askFor, persistently, standing, type TrialQueue } from './remote-job.js';

/** A trial that is in the queue or with a host. */
export interface RemoteTrial extends Execution {
  /** Whether a host is running it. */
  readonly started: boolean;
  /** @param said a message from the server, not checked yet */
  onProgress(said: unknown): void;
  /** Asks the queue whether it has ended. Called regularly, because events may be missed. */
  check(): Promise<void>;
  /** Called when an event says that it has ended. */
  ended(): Promise<void>;
}

/**
 * The phases of a trial.
 * - `queueing`: on its way into the queue
 * - `queued`: in the queue, or with a host
 * - `ending`: an event says that it has ended; the queue is being asked
 * - `concluding`: it has ended and its files are being taken in; nothing else can end it any more
 * - `over`: its end was reported
 */
type Phase = 'queueing' | 'queued' | 'ending' | 'concluding' | 'over';

/** How long to wait for a host that was told to drop a trial, milliseconds. */
const KILL_MS = 3000;
const KILLED: TrialEnd = { type: 'killed' };

export function remoteTrial(
  { queue, inbox, backend }: { readonly queue: TrialQueue; readonly inbox: Inbox; readonly backend: Backend },
  task: TrialTask,
  onMessage: (message: TrialMessage) => void,
): RemoteTrial {
  const { planned, folder, checkpointSeconds } = task;
  const jobId = jobIdOf(planned.id);
  const name = `${planned.label} seed ${planned.seed}`;
  const data: JobData = { planned: JSON.stringify(planned), checkpointSeconds };
  let phase: Phase = 'queueing';
  let asked: JobData['ask'];
  const is = (...phases: Phase[]): boolean => phases.includes(phase);

  let settle: (end: TrialEnd) => void;
  const end = new Promise<TrialEnd>((resolve) => (settle = resolve));
  const finish = (ended: TrialEnd): void => {
    phase = 'over';
    hearing.close();
    settle(ended);
  };
  const fatal = (thrown: unknown): TrialEnd => ({
    type: 'fatal',
    error: toErrorRecord(backend.explain(thrown)),
  });
  /** Ends the trial without a result, unless its result has arrived. */
  const giveUp = (ended: TrialEnd): void => {
    if (!is('concluding')) finish(ended);
  };
  const arrival = { planned, inbox: inbox.of(planned.id), folder, log: epochLog(folder) };
  const broken = (thrown: unknown): void => giveUp(fatal(thrown));
  const hearing = hearingOf(arrival, name, onMessage, broken);

  const put = async (): Promise<void> => {
    await queue.add('trial', data, { jobId });
    if (is('queueing')) phase = 'queued';
  };

  /** Puts the trial into the queue, or takes up the job that an earlier run of this process left there. */
  const enqueue = async (): Promise<void> => {
    for (;;) {
      const found = await standing(queue, jobId);
      if (is('over')) return;
      if (!found) return asked ? giveUp(KILLED) : put();
      const { job, state } = found;
      const ended = state === 'completed' || state === 'failed';
      if (state === 'completed' && (await isComplete(arrival, job.returnvalue))) break;
      // A host that was asked to drop the trial must have done so before another may take it.
      if (!ended && job.data.ask === undefined) break;
      if (ended || state !== 'active') await job.remove().catch(() => undefined);
      else await sleep(500);
    }
    if (is('queueing')) phase = 'queued';
    await check();
  };

  const check = async (): Promise<void> => {
    if (!is('queued', 'ending')) return;
    const found = await standing(queue, jobId);
    if (!is('queued', 'ending')) return;
    if (!found) {
      if (asked) return giveUp(KILLED);
      hearing.warn(`${backend.name} had lost ${name}: it is queued again.`, 'W_QUEUE');
      return put();
    }
    const { job, state } = found;
    if (state !== 'completed' && state !== 'failed') {
      // The host that was asked may be gone, or may have put the trial back into the queue, so ask again.
      if (asked && (await askFor(job, asked))) giveUp(KILLED);
      return;
    }
    phase = 'concluding';
    // This phase is never checked again, so an error must end the trial.
    await conclude(job, state).then(finish, (error: unknown) => finish(fatal(error)));
  };

  const conclude = async (job: Job<JobData, JobEnd>, state: 'completed' | 'failed'): Promise<TrialEnd> => {
    await hearing.done();
    if (state === 'failed') {
      // toErrorRecord cuts the text to a few kilobytes.
      const error = toErrorRecord(new Error(`No host could run it: ${job.failedReason}`));
      return { type: 'failed', kind: 'crash', error };
    }
    return acceptEnd(arrival, job.returnvalue, hearing.complete);
  };

  const endIt = async (how: 'stop' | 'kill'): Promise<void> => {
    if (is('concluding', 'over') || asked === 'kill' || asked === how) return;
    asked = how;
    const found = await standing(queue, jobId);
    if (is('concluding', 'over')) return;
    if (!found) return giveUp(KILLED);
    const { job, state } = found;
    if (state === 'completed' || state === 'failed') return check();
    if (await askFor(job, how)) giveUp(KILLED);
  };

  const dismiss = async (): Promise<void> => {
    const job = await queue.getJob(jobId);
    if (job) await askFor(job, 'kill');
  };

  persistently(enqueue).catch(broken);

  return {
    end,
    get started() {
      return hearing.begun && is('queueing', 'queued');
    },
    stop: () => void endIt('stop').catch(broken),
    kill() {
      void endIt('kill').catch(() => undefined);
      setTimeout(giveUp, KILL_MS, KILLED).unref();
    },
    check: () => check().catch(() => undefined),
    async ended() {
      if (is('queued')) phase = 'ending';
      await check().catch(() => undefined);
      if (is('ending')) phase = 'queued';
    },
    onProgress(said) {
      if (is('concluding', 'over')) return;
      const heard = readMessage(said, planned.trial.training.epochs);
      if (!(heard instanceof BbbError)) return hearing.hear(heard);
      if (!hearing.mayBeFrom(said)) return;
      // The host is told to drop the trial, and its later messages are ignored. The sweep tries the trial again.
      phase = 'concluding';
      const failed: TrialEnd = { type: 'failed', kind: 'error', error: toErrorRecord(heard) };
      void inTime(dismiss(), KILL_MS).then(() => finish(failed));
    },
  };
}

/** A parsed message of a host, or the error that says why it is invalid. */
function readMessage(said: unknown, epochs: number): HostMessage | BbbError {
  try {
    const heard = hostMessageSchema.parse(said);
    if (heard.message) checkEpochs(heard.message, epochs);
    if (heard.stored) checkEpochs({ type: 'stopped', epoch: heard.stored.epoch }, epochs);
    return heard;
  } catch (cause) {
    return senseless('The host', cause);
  }
}
