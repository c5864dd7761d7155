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
import { jobDataSchema, plannedSchema, type HostMessage, type JobEnd } from '../protocol.js';
import type { Delivery } from '../transfer/delivery.js';
import { checkpointsOf } from './checkpoints.js';
import { courierOf, ours } from './courier.js';

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
  const name = hostname();
  const folder = join(host.scratch, lease);
  const given = new AbortController();
  let leaving = false;
  let control: { stop(): void; kill(): void } | undefined;
  let wanted: 'stop' | 'kill' | undefined;

  const courier = courierOf(host, { id: planned.id, folder, given: given.signal, isLeaving: () => leaving });
  const checkpoints = checkpointsOf(courier, given.signal, (stored) => say({ lease, host: name, stored }));

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
    if (message.type === 'epoch') checkpoints.afterEpoch(message.metrics);
  };

  const conclude = async (end: TrialEnd): Promise<JobEnd | 'leave'> => {
    await checkpoints.settled();
    if (end.type === 'fatal') throw fromErrorRecord(end.error);
    if (end.type === 'done') {
      return { host: name, end: { type: 'done' }, ...(await courier.result(end.text)) };
    }
    if (end.type !== 'stopped') return leaving && end.type === 'killed' ? 'leave' : { host: name, end };
    const [epoch] = await checkpointEpochs(folder);
    const stored = epoch === undefined ? undefined : await courier.checkpoint(epoch);
    if (!leaving) return { host: name, end, ...(stored ? { stored } : {}) };
    if (stored) say({ lease, host: name, stored });
    return 'leave';
  };

  const run = async (): Promise<JobEnd | 'leave'> => {
    if (trialId(planned.trial) !== planned.id)
      throw new Error(`Trial ${planned.id} is not what its name says.`);
    try {
      await ours(() => mkdir(folder, { recursive: true }));
      await courier.fetch();
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
