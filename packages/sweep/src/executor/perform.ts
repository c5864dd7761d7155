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
import type { Ops } from '@bbb/kernels';
import { isStoreError } from '../store/errors.js';
import { loadProgress, storeEpoch, storeOutcome, storeProcedure } from '../store/trial-log.js';
import { dataKey } from './data-key.js';

/** What a worker keeps for all its trials. */
export interface Workbench {
  readonly registry: Registry;
  readonly datasets: Datasets;
  backend(numerics: 'strict' | 'relaxed'): Promise<Ops>;
}

/** Progress is reported this often at most, milliseconds. */
const PROGRESS_MS = 100;

/**
 * Runs one trial in this thread. It goes on from the newest checkpoint in the trial's folder, and stores its progress there.
 * @param shouldStop asked after every epoch
 * @returns never throws
 */
export async function performTrial(
  bench: Workbench,
  task: TrialTask,
  send: (message: TrialMessage) => void,
  shouldStop: () => boolean,
): Promise<TrialEnd> {
  const { folder, planned } = task;
  const { trial } = planned;
  try {
    const ops = await bench.backend(trial.numerics);
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
      hooks: trialHooks(task, send, shouldStop),
    });
    return { type: 'done', text: await storeOutcome(folder, outcome) };
  } catch (thrown) {
    return endOf(thrown);
  }
}

function trialHooks(
  { folder, planned, checkpointSeconds }: TrialTask,
  send: (message: TrialMessage) => void,
  shouldStop: () => boolean,
): TrialHooks {
  let reported = performance.now();
  let stored = reported;
  // Read once an epoch. A stop request that arrives between the two hooks takes effect after the next epoch, with its checkpoint.
  let stopping = false;
  return {
    shouldStop: () => stopping,
    onProgress(progress) {
      const now = performance.now();
      if (now - reported < PROGRESS_MS) return;
      reported = now;
      // The loss is NaN while networks are measured. JSON has no NaN, so it is left out.
      const { trainNll } = progress;
      send({
        type: 'progress',
        progress: { ...progress, trainNll: Number.isFinite(trainNll) ? trainNll : 0 },
      });
    },
    async onEpoch(metrics, checkpoint) {
      stopping = shouldStop();
      const due = stopping || performance.now() - stored >= checkpointSeconds * 1000;
      await storeEpoch(folder, metrics, due, checkpoint);
      if (due) stored = performance.now();
      send({ type: 'epoch', metrics });
    },
    async onProcedureEpoch(checkpoint) {
      stopping = shouldStop();
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
  // WebAssembly.RuntimeError; tfjs may have wrapped it, but keeps the name.
  const trap = error.name === 'RuntimeError';
  return { type: 'failed', kind: diverged ? 'diverged' : trap ? 'trap' : 'error', error };
}
