import type { Ops } from '@bbb/kernels';
import type { Dataset } from '../data/dataset.js';
import type { Registry } from '../plugin/registry.js';
import type { EpochMetrics, TrialResult } from '../result/result.js';
import type { TrialProgress } from './progress.js';
import type { Trial } from './trial.js';

export interface TrialHooks {
  onProgress?(progress: TrialProgress): void;
  /**
   * After each epoch: its metrics and a function that gives the checkpoint to go on from (safetensors bytes, a pure
   * function of trial and epoch). Awaited.
   */
  onEpoch?(metrics: EpochMetrics, checkpoint: () => Uint8Array): void | Promise<void>;
  /**
   * After each epoch that a procedure trains, when the trial's own training is over: a function that gives the checkpoint to go on from.
   * Awaited.
   */
  onProcedureEpoch?(checkpoint: () => Uint8Array): void | Promise<void>;
  /** Asked after each epoch, once its hook has settled: true stops the trial with {@link TrialStopped}. */
  shouldStop?(): boolean;
}

/** Where to go on from: what `onEpoch` or `onProcedureEpoch` gave for the last epoch, and the metrics of all epochs up to it. */
export interface TrialResume {
  readonly checkpoint: Uint8Array;
  readonly epochs: readonly EpochMetrics[];
}

export interface TrialInput {
  readonly trial: Trial;
  readonly registry: Registry;
  readonly dataset: Dataset;
  /** The data set that `trial.data.outOfDistribution` names. */
  readonly outOfDistribution?: Dataset;
  readonly ops: Ops;
  readonly resume?: TrialResume;
  readonly hooks?: TrialHooks;
}

export interface TrialOutcome {
  readonly result: TrialResult;
  /** The bytes of checkpoint.safetensors: parameters and optimiser state after training, before pruning. */
  readonly checkpoint: Uint8Array;
}

export type RunTrial = (input: TrialInput) => Promise<TrialOutcome>;
