import type { Ops } from '@bbb/kernels';
import type { Dataset } from '../data/dataset.js';
import type { Registry } from '../plugin/registry.js';
import type { EpochMetrics, TrialResult } from '../result/result.js';
import type { TrialProgress } from './progress.js';
import type { Trial } from './trial.js';

export interface TrialHooks {
  onProgress?(progress: TrialProgress): void;
  /**
   * Called and awaited after each epoch, with its metrics and a function that returns the checkpoint to go on from (safetensors bytes, a pure
   * function of trial and epoch).
   */
  onEpoch?(metrics: EpochMetrics, checkpoint: () => Uint8Array): void | Promise<void>;
  /**
   * Called and awaited after each epoch that a procedure trains after the training of the trial itself, with a function that returns the
   * checkpoint to go on from.
   */
  onProcedureEpoch?(checkpoint: () => Uint8Array): void | Promise<void>;
  /**
   * If it returns true, the trial stops with {@link TrialStopped}. Called with `train` after each epoch, when its hook has settled, and
   * with `evaluate` each time that a network was computed for some examples, while networks are measured. Nothing is stored of a
   * measurement: a trial that stops in it goes on from the checkpoint of an epoch.
   */
  shouldStop?(phase: TrialProgress['phase']): boolean;
}

/**
 * The point to go on from: the checkpoint that `onEpoch` or `onProcedureEpoch` gave for the last epoch, and the metrics of all epochs up to
 * it.
 */
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
  /** The bytes of checkpoint.safetensors: parameters and state of the optimiser after training, before pruning. */
  readonly checkpoint: Uint8Array;
}

export type RunTrial = (input: TrialInput) => Promise<TrialOutcome>;
