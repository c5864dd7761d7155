import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
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
import { checkpointEpochs } from '@bbb/sweep/host';
import {
  jobDataSchema,
  plannedSchema,
  type HostMessage,
  type JobEnd,
  type StoredProgress,
} from '../protocol.js';
import type { Delivery } from '../transfer/delivery.js';
import { checkpointsOf } from './checkpoints.js';
import { courierOf, ours, type Courier } from './courier.js';

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

/**
 * Runs a trial in a thread, from its newest checkpoint, and hands over its checkpoints and its result.
 * @param data of the job, not checked yet
 * @throws ZodError, SyntaxError for an invalid job
 */
export function hostTrial(host: TrialHost, data: unknown, say: (message: HostMessage) => void): HostedTrial {
  const { planned: text, checkpointSeconds } = jobDataSchema.parse(data);
  const planned: PlannedTrial = plannedSchema.parse(JSON.parse(text));
  const lease = randomUUID();
  const folder = join(host.scratch, lease);
  const given = new AbortController();
  let leaving = false;
  let control: { stop(): void; kill(): void } | undefined;
  let wanted: 'stop' | 'kill' | undefined;

  const send = (about: Pick<HostMessage, 'message' | 'stored'>): void =>
    say({ lease, host: hostname(), ...about });
  const isLeaving = (): boolean => leaving;
  const courier = courierOf(host, { id: planned.id, folder, given: given.signal, isLeaving });
  const checkpoints = checkpointsOf(courier, given.signal, (stored) => send({ stored }));
  const voice = voiceOf(
    (message) => send({ message }),
    (metrics) => checkpoints.afterEpoch(metrics),
  );

  const run = async (): Promise<JobEnd | 'leave'> => {
    if (trialId(planned.trial) !== planned.id)
      throw new Error(`The trial does not have the id ${planned.id} that it is stored under.`);
    try {
      await ours(() => mkdir(folder, { recursive: true }));
      await courier.fetch();
      const execution = host.executor.run({ planned, folder, checkpointSeconds }, voice.hear);
      control = execution;
      if (wanted) execution[wanted]();
      const end = await execution.end;
      await checkpoints.settled();
      return await handOver(end, { courier, folder, isLeaving, say: (stored) => send({ stored }) });
    } finally {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  };

  return {
    lease,
    greet: () => voice.greet(),
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

/** Sends what a trial reports to the coordinator. */
interface Voice {
  hear(this: void, message: TrialMessage): void;
  /** Sends all epochs of the trial again, if it has begun. */
  greet(): void;
}

function voiceOf(say: (message: TrialMessage) => void, afterEpoch: (metrics: EpochMetrics) => void): Voice {
  let reported = -Infinity;
  /** All epochs so far; undefined before the trial has begun. */
  let epochs: EpochMetrics[] | undefined;
  return {
    hear(message) {
      if (message.type === 'progress') {
        const now = performance.now();
        if (now - reported < PROGRESS_MS) return;
        reported = now;
      }
      if (message.type === 'started') epochs = [...message.resumedEpochs];
      if (message.type === 'epoch') epochs?.push(message.metrics);
      say(message);
      if (message.type === 'epoch') afterEpoch(message.metrics);
    },
    greet() {
      if (epochs) say({ type: 'started', resumedEpochs: [...epochs] });
    },
  };
}

/** What is needed to hand over a trial that has ended. */
interface HandOver {
  readonly courier: Courier;
  readonly folder: string;
  /** Whether the trial will go on on another host. */
  readonly isLeaving: () => boolean;
  readonly say: (stored: StoredProgress) => void;
}

/** Hands over the files that a trial has left, and returns how it ended. */
async function handOver(
  end: TrialEnd,
  { courier, folder, isLeaving, say }: HandOver,
): Promise<JobEnd | 'leave'> {
  const host = hostname();
  if (end.type === 'fatal') throw fromErrorRecord(end.error);
  if (end.type === 'done') return { host, end: { type: 'done' }, ...(await courier.result(end.text)) };
  if (end.type !== 'stopped') return isLeaving() && end.type === 'killed' ? 'leave' : { host, end };
  const [epoch] = await checkpointEpochs(folder);
  const stored = epoch === undefined ? undefined : await courier.checkpoint(epoch);
  if (!isLeaving()) return { host, end, ...(stored ? { stored } : {}) };
  if (stored) say(stored);
  return 'leave';
}
