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
import { acceptEnd, isComplete, type Arrival } from './accept.js';
import { epochLog } from './epoch-log.js';
import { hearingOf, type Hearing } from './hearing.js';
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

/** How long to wait for a host to drop a trial, milliseconds. */
const KILL_MS = 3000;
const KILLED: TrialEnd = { type: 'killed' };

/** The parts of the sweep that a remote trial needs. */
export interface Remote {
  readonly queue: TrialQueue;
  readonly inbox: Inbox;
  readonly backend: Backend;
}

/** A trial on its way from the queue to its end. */
interface Course extends Pick<Remote, 'queue' | 'backend'> {
  readonly jobId: string;
  /** The name of the trial for people. */
  readonly name: string;
  readonly data: JobData;
  readonly arrival: Arrival;
  readonly hearing: Hearing;
  phase: Phase;
  /** What the host was asked to do. */
  asked: JobData['ask'];
  /** Reports the end of the trial, once. */
  settle(end: TrialEnd): void;
}

const is = ({ phase }: Course, ...phases: Phase[]): boolean => phases.includes(phase);

export function remoteTrial(
  remote: Remote,
  task: TrialTask,
  onMessage: (message: TrialMessage) => void,
): RemoteTrial {
  let settle!: (end: TrialEnd) => void;
  const end = new Promise<TrialEnd>((resolve) => (settle = resolve));
  const course = courseOf(remote, task, onMessage, settle);
  const broken = (thrown: unknown): void => giveUp(course, fatal(course, thrown));
  persistently(() => enqueue(course)).catch(broken);
  return {
    end,
    get started() {
      return course.hearing.begun && is(course, 'queueing', 'queued');
    },
    stop: () => void endIt(course, 'stop').catch(broken),
    kill() {
      void endIt(course, 'kill').catch(() => undefined);
      setTimeout(() => giveUp(course, KILLED), KILL_MS).unref();
    },
    check: () => check(course).catch(() => undefined),
    async ended() {
      if (is(course, 'queued')) course.phase = 'ending';
      await check(course).catch(() => undefined);
      if (is(course, 'ending')) course.phase = 'queued';
    },
    onProgress: (said) => hear(course, said, task.planned.trial.training.epochs),
  };
}

function courseOf(
  { queue, inbox, backend }: Remote,
  { planned, folder, checkpointSeconds }: TrialTask,
  onMessage: (message: TrialMessage) => void,
  settle: (end: TrialEnd) => void,
): Course {
  const name = `${planned.label} seed ${planned.seed}`;
  const arrival = { planned, inbox: inbox.of(planned.id), folder, log: epochLog(folder) };
  const hearing = hearingOf(arrival, name, onMessage, (thrown) => giveUp(course, fatal(course, thrown)));
  const course: Course = {
    queue,
    backend,
    jobId: jobIdOf(planned.id),
    name,
    data: { planned: JSON.stringify(planned), checkpointSeconds },
    arrival,
    hearing,
    phase: 'queueing',
    asked: undefined,
    settle,
  };
  return course;
}

function fatal({ backend }: Course, thrown: unknown): TrialEnd {
  return { type: 'fatal', error: toErrorRecord(backend.explain(thrown)) };
}

function finish(course: Course, end: TrialEnd): void {
  course.phase = 'over';
  course.hearing.close();
  course.settle(end);
}

/** Ends the trial without a result, unless its result has arrived. */
function giveUp(course: Course, end: TrialEnd): void {
  if (!is(course, 'concluding')) finish(course, end);
}

async function put(course: Course): Promise<void> {
  await course.queue.add('trial', course.data, { jobId: course.jobId });
  if (is(course, 'queueing')) course.phase = 'queued';
}

/** Puts the trial into the queue, or takes up the job that an earlier run of this process left there. */
async function enqueue(course: Course): Promise<void> {
  for (;;) {
    const found = await standing(course.queue, course.jobId);
    if (is(course, 'over')) return;
    if (!found) return course.asked ? giveUp(course, KILLED) : put(course);
    const { job, state } = found;
    const ended = state === 'completed' || state === 'failed';
    if (state === 'completed' && (await isComplete(course.arrival, job.returnvalue))) break;
    // A host that was asked to drop the trial must have done so before another may take it.
    if (!ended && job.data.ask === undefined) break;
    if (ended || state !== 'active') await job.remove().catch(() => undefined);
    else await sleep(500);
  }
  if (is(course, 'queueing')) course.phase = 'queued';
  await check(course);
}

/** Asks the queue for the state of the trial, and concludes the trial when it has ended. */
async function check(course: Course): Promise<void> {
  if (!is(course, 'queued', 'ending')) return;
  const found = await standing(course.queue, course.jobId);
  if (!is(course, 'queued', 'ending')) return;
  if (!found) {
    if (course.asked) return giveUp(course, KILLED);
    course.hearing.warn(`${course.backend.name} lost ${course.name}: it was queued again.`, 'W_QUEUE');
    return put(course);
  }
  const { job, state } = found;
  if (state !== 'completed' && state !== 'failed') {
    // The host that was asked may be gone, or may have put the trial back into the queue, so ask again.
    if (course.asked && (await askFor(job, course.asked))) giveUp(course, KILLED);
    return;
  }
  course.phase = 'concluding';
  // This phase is never checked again, so an error must end the trial.
  await conclude(course, job, state).then(
    (end) => finish(course, end),
    (error: unknown) => finish(course, fatal(course, error)),
  );
}

async function conclude(
  { arrival, hearing }: Course,
  job: Job<JobData, JobEnd>,
  state: 'completed' | 'failed',
): Promise<TrialEnd> {
  await hearing.done();
  if (state === 'failed') {
    // toErrorRecord cuts the text to a few kilobytes.
    const error = toErrorRecord(new Error(`No host could run it: ${job.failedReason}`));
    return { type: 'failed', kind: 'crash', error };
  }
  return acceptEnd(arrival, job.returnvalue, hearing.complete);
}

/** Asks the host that has the trial to end it. */
async function endIt(course: Course, how: 'stop' | 'kill'): Promise<void> {
  if (is(course, 'concluding', 'over') || course.asked === 'kill' || course.asked === how) return;
  course.asked = how;
  const found = await standing(course.queue, course.jobId);
  if (is(course, 'concluding', 'over')) return;
  if (!found) return giveUp(course, KILLED);
  const { job, state } = found;
  if (state === 'completed' || state === 'failed') return check(course);
  if (await askFor(job, how)) giveUp(course, KILLED);
}

/** Takes a message of a host, which is not checked yet. */
function hear(course: Course, said: unknown, epochs: number): void {
  if (is(course, 'concluding', 'over')) return;
  const heard = readMessage(said, epochs);
  if (!(heard instanceof BbbError)) return course.hearing.hear(heard);
  if (!course.hearing.mayBeFrom(said)) return;
  // The host is asked to drop the trial, and its later messages are ignored. The sweep tries the trial again.
  course.phase = 'concluding';
  const failed: TrialEnd = { type: 'failed', kind: 'error', error: toErrorRecord(heard) };
  void inTime(dismiss(course), KILL_MS).then(() => finish(course, failed));
}

async function dismiss({ queue, jobId }: Course): Promise<void> {
  const job = await queue.getJob(jobId);
  if (job) await askFor(job, 'kill');
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
