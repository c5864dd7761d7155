import { BbbError, type Datasets } from '@bbb/core';
import { threadExecutor } from '@bbb/sweep/host';
import { WaitingError, type Job, type Worker } from 'bullmq';
import type { Backend } from '../backend/backend.js';
import { inTime } from '../in-time.js';
import type { Announcement, JobData, JobEnd } from '../protocol.js';
import type { Delivery } from '../transfer/delivery.js';
import { hostTrial, type HostedTrial, type TrialHost } from './trial.js';
import type { WorkerOptions } from './options.js';

export interface Service {
  /** The reason why this host can't go on with the sweep; undefined while it can. */
  readonly broken: string | undefined;
  /** Milliseconds since it last had a trial; 0 while it has one. */
  idle(): number;
  /** Tells a restarted coordinator which trials this host runs. */
  greet(): void;
  /** Asks the queue which of its trials it should end. */
  poll(): Promise<void>;
  /** Takes no more trials. Running ones stop at a checkpoint, or at once, and go on elsewhere. */
  leave(how: 'stop' | 'kill'): Promise<void>;
}

/** How long the server may take to answer at the end, milliseconds. */
export const GOODBYE_MS = 3000;
/** How long after an epoch the coordinator's decision about the trial is looked up, milliseconds. */
const DECISION_MS = 50;

type ServeOptions = WorkerOptions & {
  readonly backend: Backend;
  readonly scratch: string;
  readonly threads: number;
  /** Whether the sweep still needs what it needed when this host joined. */
  readonly isCurrent: () => Promise<boolean>;
  readonly say: (text: string) => void;
};

/**
 * Takes trials of one sweep out of its queue. Trials run in threads, so that the main thread can always renew its locks. A host that
 * died is noticed within the lease. A trial may be taken up again several times before it counts as the cause of the deaths.
 */
export function serve(
  announcement: Announcement,
  datasets: Datasets,
  delivery: () => Delivery,
  options: ServeOptions,
): Service {
  const { backend, threads, plugins, cwd, leaseSeconds, isCurrent, say } = options;
  const executor = threadExecutor({
    workers: threads,
    setup: { plugins, cwd, memoryLimit: 2 ** 30, datasets, threads },
    // Lanes without a trial lend their cores to the others.
    threads,
  });
  const state: State = { trials: new Map(), broken: undefined, quiet: performance.now(), leaving: false };
  const { trials } = state;
  const connection = backend.connect();
  // Without skipMetasUpdate, this would create the queue again after the coordinator has removed it.
  const queue = connection.queue<JobData, JobEnd>(announcement.queue, { skipMetasUpdate: true });
  queue.on('error', () => undefined);
  const look = async (id: string, trial: HostedTrial): Promise<void> => {
    const job = await queue.getJob(id);
    if (job) obey(trial, job.data);
    // A missing job means that the coordinator has ended.
    else trial.kill();
  };

  const host = { executor, scratch: options.scratch, delivery };
  const worker = connection.worker<JobData, JobEnd>(
    announcement.queue,
    async (job, token) => {
      // The coordinator may have been restarted with other needs since the last look.
      const current = await isCurrent();
      if (!current) void worker.pause(true);
      if (state.leaving || state.broken !== undefined || !current) return giveBack(job, token);
      const ended = await runJob(host, job, state, look, () => void worker.pause(true));
      return ended === 'leave' ? giveBack(job, token) : ended;
    },
    workerOptions(threads, leaseSeconds),
  );
  watch(worker, trials, say);

  return {
    get broken() {
      return state.broken;
    },
    idle: () => (trials.size > 0 ? 0 : performance.now() - state.quiet),
    greet() {
      for (const trial of trials.values()) trial.greet();
    },
    async poll() {
      for (const [id, trial] of trials) await look(id, trial);
    },
    async leave(how) {
      const first = !state.leaving;
      state.leaving = true;
      if (first) await inTime(worker.pause(true), GOODBYE_MS);
      await endAll(trials, how);
      await inTime(worker.close(), GOODBYE_MS);
      await inTime(queue.close(), GOODBYE_MS);
      await inTime(Promise.all([worker.disconnect(), queue.disconnect()]), GOODBYE_MS);
      await inTime(connection.close(), GOODBYE_MS);
      await executor.close();
    },
  };
}

/** How BullMQ's worker takes jobs. */
function workerOptions(threads: number, leaseSeconds: number) {
  return {
    concurrency: threads,
    // BullMQ takes whole milliseconds only.
    lockDuration: Math.round(leaseSeconds * 1000),
    stalledInterval: Math.round((leaseSeconds * 1000) / 3),
    maxStalledCount: 3,
    drainDelay: 1,
  };
}

/** The state of a host in a sweep. */
interface State {
  /** Trials that run here, by the ids of their jobs. */
  readonly trials: Map<string, HostedTrial>;
  /** The reason why this host can't go on. */
  broken: string | undefined;
  /** When it last had a trial, in milliseconds of the monotonic clock. */
  quiet: number;
  /** Whether it takes no more trials. */
  leaving: boolean;
}

type Look = (id: string, trial: HostedTrial) => Promise<void>;

/**
 * Runs the trial of a job.
 * @param look asks the queue whether the trial has to end
 * @param pause takes no more trials
 */
async function runJob(
  host: TrialHost,
  job: Job<JobData, JobEnd>,
  state: State,
  look: Look,
  pause: () => void,
): Promise<JobEnd | 'leave'> {
  const { trials } = state;
  const id = job.id!;
  const trial = hostTrial(host, job.data, (message) => {
    // A lost message does no harm: a later one brings its content.
    job.updateProgress(message).catch(() => undefined);
    // The coordinator may decide by this epoch that the trial has to stop, so look it up soon.
    if (message.message?.type === 'epoch')
      setTimeout(() => void look(id, trial).catch(() => undefined), DECISION_MS).unref();
  });
  trials.set(id, trial);
  obey(trial, job.data);
  try {
    return await trial.ended;
  } catch (error) {
    // The fault is this host's: its disk is full, a thread can't load a plugin, ...
    if (error instanceof BbbError && error.code !== 'E_UPLOAD') {
      state.broken = error.message;
      pause();
    }
    throw error;
  } finally {
    // After a lost lease, the same trial may run here again under the same id.
    if (trials.get(id) === trial) trials.delete(id);
    state.quiet = performance.now();
  }
}

/** Drops the trials whose locks were lost, and reports errors. */
function watch(
  worker: Worker<JobData, JobEnd>,
  trials: ReadonlyMap<string, HostedTrial>,
  say: (text: string) => void,
): void {
  // Without this listener, an error would end the process: a lost connection, or a lock that another host has by now.
  worker.on('error', (error) => {
    if (!/Missing (lock|key)|ECONN|closed/i.test(error.message)) say(error.message);
  });
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) {
      if (trials.has(id))
        say(`${id} was given to another host, because this one sent no sign of life; it is dropped here.`);
      trials.get(id)?.kill();
    }
  });
}

/** Ends all trials, and waits for them; for killed ones not longer than {@link GOODBYE_MS}. */
async function endAll(trials: ReadonlyMap<string, HostedTrial>, how: 'stop' | 'kill'): Promise<void> {
  for (const trial of trials.values()) {
    if (how === 'kill') trial.kill();
    else trial.stop('leave');
  }
  const settled = Promise.all([...trials.values()].map(({ ended }) => ended.catch(() => undefined)));
  await (how === 'kill' ? inTime(settled, GOODBYE_MS) : settled);
}

function obey(trial: HostedTrial, { ask }: JobData): void {
  if (ask === 'kill') trial.kill();
  if (ask === 'stop') trial.stop('asked');
}

async function giveBack(job: Job<JobData, JobEnd>, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}
