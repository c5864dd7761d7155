import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  fromErrorRecord,
  trialId,
  type EpochMetrics,
  type PlannedTrial,
  type Executor,
  type TrialEnd,
  type TrialMessage,
} from '@bbb/core';
import { checkpointEpochs, epochCheckpoint, storing, TRIAL_FILES } from '@bbb/sweep/host';
import {
  jobDataSchema,
  plannedSchema,
  type HostMessage,
  type JobEnd,
  type StoredProgress,
} from '../protocol.js';
import { persistently, type Delivery } from '../transfer/delivery.js';

export interface TrialHost {
  readonly executor: Executor;
  /** The folder on this host where running trials keep their files. */
  readonly scratch: string;
  delivery(): Delivery;
}

/** A trial that runs on this host. */
export interface HostedTrial {
  readonly lease: string;
  /** Reports its start and all its epochs again, to a restarted coordinator. */
  greet(): void;
  /** Stops at the next checkpoint. With `leave`, the trial goes on on another host. */
  stop(why: 'asked' | 'leave'): void;
  kill(): void;
  /** @throws an error that is not the trial's fault: another host should try it */
  readonly ended: Promise<JobEnd | 'leave'>;
}

/** The shortest time between two progress messages, milliseconds. */
const PROGRESS_MS = 1000;
/** The largest fraction of the time that may go into handing over checkpoints. */
const SHARE_FOR_CHECKPOINTS = 0.1;

/** Marks an error of this host's disk as a store error: the host then leaves, and the trial is not blamed. */
const ours = <T>(work: () => Promise<T>): Promise<T> =>
  storing('keep what a trial writes on this host', work);

/**
 * Runs a trial in a thread, from its newest checkpoint, and hands over its checkpoints and its result.
 * @param data of the job, not checked yet
 * @throws ZodError, SyntaxError for an invalid job
 */
export function hostTrial(host: TrialHost, data: unknown, say: (message: HostMessage) => void): HostedTrial {
  const { planned: text, checkpointSeconds } = jobDataSchema.parse(data);
  const planned: PlannedTrial = plannedSchema.parse(JSON.parse(text));
  const lease = randomUUID();
  const name = hostname();
  const folder = join(host.scratch, lease);
  const given = new AbortController();
  let leaving = false;
  let control: { stop(): void; kill(): void } | undefined;
  let wanted: 'stop' | 'kill' | undefined;

  const deliver = <T>(run: (delivery: Delivery) => Promise<T>): Promise<T> =>
    persistently(
      () => host.delivery(),
      run,
      given.signal,
      () => leaving,
    );

  const handOver = async (epoch: number): Promise<StoredProgress> => {
    const checkpointBytes = await readFile(join(folder, epochCheckpoint(epoch)));
    const lines = (await readFile(join(folder, TRIAL_FILES.metrics), 'utf8')).trimEnd().split('\n');
    const text = `${lines.slice(0, epoch).join('\n')}\n`;
    const checkpoint = await deliver((to) => to.send(planned.id, checkpointBytes, given.signal));
    const metrics = await deliver((to) => to.send(planned.id, Buffer.from(text), given.signal));
    return { epoch, checkpoint, metrics };
  };

  let busy: Promise<void> = Promise.resolve();
  let next = 0;
  let idle = true;
  /** After an epoch, hands over its checkpoint if there is one and enough time has passed since the last. */
  const afterEpoch = ({ epoch }: EpochMetrics): void => {
    const began = performance.now();
    if (!idle || began < next || given.signal.aborted) return;
    idle = false;
    busy = handOver(epoch)
      .then((stored) => say({ lease, host: name, stored }))
      // There is no checkpoint of this epoch, or the lease is lost. The next checkpoint will do.
      .catch(() => undefined)
      .finally(() => {
        const now = performance.now();
        next = now + (now - began) / SHARE_FOR_CHECKPOINTS;
        idle = true;
      });
  };

  let reported = -Infinity;
  /** All epochs so far; undefined before the trial has begun. */
  let epochs: EpochMetrics[] | undefined;
  const onMessage = (message: TrialMessage): void => {
    if (message.type === 'progress') {
      const now = performance.now();
      if (now - reported < PROGRESS_MS) return;
      reported = now;
    }
    if (message.type === 'started') epochs = [...message.resumedEpochs];
    if (message.type === 'epoch') epochs?.push(message.metrics);
    say({ lease, host: name, message });
    if (message.type === 'epoch') afterEpoch(message.metrics);
  };

  const conclude = async (end: TrialEnd): Promise<JobEnd | 'leave'> => {
    await busy;
    if (end.type === 'fatal') throw fromErrorRecord(end.error);
    if (end.type === 'done') {
      const bytes = await ours(() => readFile(join(folder, TRIAL_FILES.checkpoint)));
      const checkpoint = await deliver((to) => to.send(planned.id, bytes, given.signal));
      const result = await deliver((to) => to.send(planned.id, Buffer.from(end.text), given.signal));
      return { host: name, end: { type: 'done' }, checkpoint, result };
    }
    if (end.type !== 'stopped') return leaving && end.type === 'killed' ? 'leave' : { host: name, end };
    const [epoch] = await checkpointEpochs(folder);
    const stored = epoch === undefined ? undefined : await handOver(epoch);
    if (!leaving) return { host: name, end, ...(stored ? { stored } : {}) };
    if (stored) say({ lease, host: name, stored });
    return 'leave';
  };

  const run = async (): Promise<JobEnd | 'leave'> => {
    if (trialId(planned.trial) !== planned.id)
      throw new Error(`Trial ${planned.id} is not what its name says.`);
    try {
      await ours(() => mkdir(folder, { recursive: true }));
      await deliver((from) => from.fetch(planned.id, folder, given.signal));
      const execution = host.executor.run({ planned, folder, checkpointSeconds }, onMessage);
      control = execution;
      if (wanted) execution[wanted]();
      return await conclude(await execution.end);
    } finally {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  };

  return {
    lease,
    greet() {
      if (epochs) say({ lease, host: name, message: { type: 'started', resumedEpochs: [...epochs] } });
    },
    stop(why) {
      if (why === 'leave') leaving = true;
      wanted ??= 'stop';
      control?.stop();
    },
    kill() {
      wanted = 'kill';
      given.abort();
      control?.kill();
    },
    ended: run(),
  };
}
