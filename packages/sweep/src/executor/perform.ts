import {
  BbbError,
  type Datasets,
  type Registry,
  runTrial,
  toErrorRecord,
  type TrialEnd,
  type TrialHooks,
  type TrialMessage,
  TrialStopped,
  type TrialTask,
} from '@bbb/core';
import type { Ops, Threads } from '@bbb/kernels';
import { isStoreError } from '../store/errors.js';
import { loadProgress, storeEpoch, storeOutcome, storeProcedure } from '../store/trial-log.js';
import { dataKey } from './data-key.js';

/** What a worker keeps for all its trials. */
export interface Workbench {
  readonly registry: Registry;
  readonly datasets: Datasets;
  /** With `tensors` the operands are tfjs tensors, and one thread works. */
  backend(numerics: 'strict' | 'relaxed', memory: 'tensors' | 'shared'): Promise<Ops>;
  /** Whether trials may have several threads. */
  readonly shared: boolean;
}

/** What a running trial is asked to do from outside. It reads this after every epoch, and `stop` also while its networks are measured. */
export interface Wishes {
  readonly stop: () => boolean;
  /** How many threads it has. */
  readonly threads: () => number;
}

/** Least time between two progress reports, milliseconds. */
const PROGRESS_MS = 100;

/**
 * Runs one trial in this thread. It goes on from the newest checkpoint in the trial's folder, and stores its progress there.
 * @param wishes what it is asked to do while it runs
 * @returns the end of the attempt; it never throws
 */
export async function performTrial(
  bench: Workbench,
  task: TrialTask,
  send: (message: TrialMessage) => void,
  wishes: Wishes,
): Promise<TrialEnd> {
  const end = await attempt(bench, task, send, wishes, bench.shared ? 'shared' : 'tensors');
  // If a method needs its parameters as tfjs tensors, it reports this before it trains, or at its first step.
  const unfit = end.type === 'failed' && NEEDS_TENSORS.has(end.error.code);
  return unfit && bench.shared ? attempt(bench, task, send, wishes, 'tensors') : end;
}

const NEEDS_TENSORS: ReadonlySet<string | undefined> = new Set(['E_TENSORS', 'KERNEL_TYPE']);

async function attempt(
  bench: Workbench,
  task: TrialTask,
  send: (message: TrialMessage) => void,
  wishes: Wishes,
  memory: 'tensors' | 'shared',
): Promise<TrialEnd> {
  const { folder, planned } = task;
  const { trial } = planned;
  try {
    const ops = await bench.backend(trial.numerics, memory);
    ops.threads?.use(wishes.threads());
    const dataset = bench.datasets[dataKey(trial.data)]!;
    const second = trial.data.outOfDistribution;
    const resume = await loadProgress(folder, trial, (message) => send({ type: 'warning', message }));
    send({ type: 'started', resumedEpochs: resume?.epochs ?? [] });
    const outcome = await runTrial({
      trial,
      registry: bench.registry,
      dataset,
      ...(second ? { outOfDistribution: bench.datasets[dataKey(second)]! } : {}),
      ops,
      ...(resume ? { resume } : {}),
      hooks: trialHooks(task, send, wishes, ops.threads),
    });
    return { type: 'done', text: await storeOutcome(folder, outcome) };
  } catch (thrown) {
    return endOf(thrown);
  }
}

function trialHooks(
  { folder, planned, checkpointSeconds }: TrialTask,
  send: (message: TrialMessage) => void,
  wishes: Wishes,
  threads: Threads | undefined,
): TrialHooks {
  let reported = performance.now();
  let stored = reported;
  // Read once an epoch of training. A stop request that arrives between the two hooks takes effect after the next epoch, with its checkpoint.
  let stopping = false;
  const listen = (): void => {
    stopping = wishes.stop();
    threads?.use(wishes.threads());
  };
  return {
    // While networks are measured there is no checkpoint to wait for.
    shouldStop: (phase) => (phase === 'evaluate' ? wishes.stop() : stopping),
    onProgress(progress) {
      const now = performance.now();
      if (now - reported < PROGRESS_MS) return;
      reported = now;
      // The loss is NaN while networks are measured. JSON has no NaN, so it is left out.
      const { trainNll } = progress;
      send({
        type: 'progress',
        progress: {
          ...progress,
          trainNll: Number.isFinite(trainNll) ? trainNll : 0,
          ...(threads && threads.count > 1 ? { threads: threads.count } : {}),
        },
      });
    },
    async onEpoch(metrics, checkpoint) {
      listen();
      const due = stopping || performance.now() - stored >= checkpointSeconds * 1000;
      await storeEpoch(folder, metrics, due, checkpoint);
      if (due) stored = performance.now();
      send({ type: 'epoch', metrics });
    },
    async onProcedureEpoch(checkpoint) {
      listen();
      if (!stopping && performance.now() - stored < checkpointSeconds * 1000) return;
      await storeProcedure(folder, planned.trial.training.epochs, checkpoint);
      stored = performance.now();
    },
  };
}

function endOf(thrown: unknown): TrialEnd {
  if (thrown instanceof TrialStopped) return { type: 'stopped', epoch: thrown.epoch };
  const error = toErrorRecord(thrown);
  if (isStoreError(thrown)) return { type: 'fatal', error };
  const diverged = thrown instanceof BbbError && thrown.code === 'E_DIVERGED';
  // The error is a WebAssembly.RuntimeError. tfjs may have wrapped it, but keeps the name.
  const trap = error.name === 'RuntimeError';
  return { type: 'failed', kind: diverged ? 'diverged' : trap ? 'trap' : 'error', error };
}
