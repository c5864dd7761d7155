import { BbbError, type Datasets } from '@bbb/core';
import { threadExecutor } from '@bbb/sweep/host';
import { WaitingError, type Job } from 'bullmq';
import type { Backend } from '../backend/backend.js';
import { inTime } from '../in-time.js';
import type { Announcement, JobData, JobEnd } from '../protocol.js';
import type { Delivery } from '../transfer/delivery.js';
import { hostTrial, type HostedTrial } from './trial.js';
import type { WorkerOptions } from './options.js';

export interface Service {
  /** Why this host can't go on with the sweep, once that turned out. */
  readonly broken: string | undefined;
  /** Milliseconds since it last had a trial; 0 while it has one. */
  idle(): number;
  /** Tells a coordinator that was started again what it has. */
  greet(): void;
  /** Looks which of its trials it was asked to end. */
  poll(): Promise<void>;
  /** Takes no more trials; those that it has stop at a checkpoint, or at once, and go on elsewhere. */
  leave(how: 'stop' | 'kill'): Promise<void>;
}

/** How long the server may take to answer at the end, milliseconds. */
export const GOODBYE_MS = 3000;
/** After an epoch, its coordinator is given so long to decide whether the trial goes on, milliseconds. */
const DECISION_MS = 50;

/**
 * Takes trials of one sweep out of its queue. The settings are what measurements taught: a lock that a busy main thread
 * can't lose, since trials have threads of their own; a host that died is found out within the lease; and a trial may be
 * picked up again several times before it counts as the cause.
 */
export function serve(
  announcement: Announcement,
  datasets: Datasets,
  delivery: () => Delivery,
  options: WorkerOptions & {
    readonly backend: Backend;
    readonly scratch: string;
    readonly threads: number;
    /** Whether the sweep still is the one that this host has joined. */
    readonly isCurrent: () => Promise<boolean>;
    readonly say: (text: string) => void;
  },
): Service {
  const { backend, threads, plugins, cwd, leaseSeconds, isCurrent, say } = options;
  const executor = threadExecutor({
    workers: threads,
    setup: { plugins, cwd, memoryLimit: 2 ** 30, datasets },
  });
  const host = { executor, scratch: options.scratch, delivery };
  const trials = new Map<string, HostedTrial>();
  let broken: string | undefined;
  let quiet = performance.now();
  let leaving = false;

  const connection = backend.connect();
  // The coordinator cleans up behind itself: this leaves nothing.
  const queue = connection.queue<JobData, JobEnd>(announcement.queue, { skipMetasUpdate: true });
  const look = async (id: string, trial: HostedTrial): Promise<void> => {
    const job = await queue.getJob(id);
    if (job) obey(trial, job.data);
    // The coordinator has ended.
    else trial.kill();
  };

  const process = async (job: Job<JobData, JobEnd>, token?: string): Promise<JobEnd> => {
    const id = job.id!;
    // Its coordinator may have been started again, and want something else, since this host last looked.
    const current = await isCurrent();
    if (!current) void worker.pause(true);
    if (leaving || broken !== undefined || !current) return giveBack(job, token);
    const trial = hostTrial(host, job.data, (message) => {
      // The coordinator does without what gets lost.
      job.updateProgress(message).catch(() => undefined);
      // It may have decided by this epoch that the trial has to stop: it should, at the next.
      if (message.message?.type === 'epoch')
        setTimeout(() => void look(id, trial).catch(() => undefined), DECISION_MS).unref();
    });
    trials.set(id, trial);
    obey(trial, job.data);
    try {
      const ended = await trial.ended;
      return ended === 'leave' ? await giveBack(job, token) : ended;
    } catch (error) {
      // Not the trial's fault: the disk of this host is full, a thread can't load a plugin, ...
      if (error instanceof BbbError && error.code !== 'E_UPLOAD') {
        broken = error.message;
        // Those that it would take until it leaves are for others.
        void worker.pause(true);
      }
      throw error;
    } finally {
      // After its lease was lost it may have come back here.
      if (trials.get(id) === trial) trials.delete(id);
      quiet = performance.now();
    }
  };

  const worker = connection.worker<JobData, JobEnd>(announcement.queue, process, {
    concurrency: threads,
    // In whole milliseconds only.
    lockDuration: Math.round(leaseSeconds * 1000),
    stalledInterval: Math.round((leaseSeconds * 1000) / 3),
    maxStalledCount: 3,
    drainDelay: 1,
  });
  // Without a listener, an error would end the process: a lost connection, a lock that another host has by now.
  worker.on('error', (error) => {
    if (!/Missing (lock|key)|ECONN|closed/i.test(error.message)) say(error.message);
  });
  queue.on('error', () => undefined);
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) {
      if (trials.has(id))
        say(`${id} was given to another host while this one was silent; it is dropped here.`);
      trials.get(id)?.kill();
    }
  });

  return {
    get broken() {
      return broken;
    },
    idle: () => (trials.size > 0 ? 0 : performance.now() - quiet),
    greet() {
      for (const trial of trials.values()) trial.greet();
    },
    async poll() {
      for (const [id, trial] of trials) await look(id, trial);
    },
    async leave(how) {
      const first = !leaving;
      leaving = true;
      if (first) await inTime(worker.pause(true), GOODBYE_MS);
      for (const trial of trials.values()) {
        if (how === 'kill') trial.kill();
        else trial.stop('leave');
      }
      await (how === 'kill' ? inTime(settled(), GOODBYE_MS) : settled());
      await inTime(worker.close(), GOODBYE_MS);
      await inTime(queue.close(), GOODBYE_MS);
      await inTime(Promise.all([worker.disconnect(), queue.disconnect()]), GOODBYE_MS);
      await inTime(connection.close(), GOODBYE_MS);
      await executor.close();
    },
  };

  async function settled(): Promise<void> {
    await Promise.all([...trials.values()].map(({ ended }) => ended.catch(() => undefined)));
  }
}

function obey(trial: HostedTrial, { ask }: JobData): void {
  if (ask === 'kill') trial.kill();
  if (ask === 'stop') trial.stop('asked');
}

async function giveBack(job: Job<JobData, JobEnd>, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}
