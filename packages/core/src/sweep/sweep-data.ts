import type { DataSummary } from '../data/summary.js';
import type { ErrorRecord } from '../errors.js';
import type { Evaluation, TrialResult } from '../result/result.js';
import type { Trial } from '../trial/trial.js';

/** One trial of a plan. */
export interface PlannedTrial {
  /** {@link trialId} of `trial`. */
  readonly id: string;
  /** The method entry of the sweep's configuration that it belongs to, e.g. `dropout-0.5`. */
  readonly label: string;
  /** How it differs from other trials with the same label and seed, e.g. `400-400 learningRate=0.001`; '' if there are none. */
  readonly variant: string;
  /** The same for all seeds of one configuration: a hash of the trial without its seed. */
  readonly configuration: string;
  readonly seed: number;
  readonly trial: Trial;
}

/**
 * How a trial ended without a result.
 * - `diverged`: the loss, or a number of the result, stopped being finite; another attempt would end in the same way
 * - `error`: something threw, in the trial or while its result was checked
 * - `crash`: the worker ended by itself (`process.exit`, out of memory)
 * - `trap`: WebAssembly trapped
 * - `timeout`: it took longer than `--timeout`
 */
export type FailureKind = 'diverged' | 'error' | 'crash' | 'trap' | 'timeout';

export interface FailedTrial {
  readonly id: string;
  readonly kind: FailureKind;
  readonly error: ErrorRecord;
  /** Number of times that it was started. */
  readonly attempts: number;
}

/** One of the data sets that a sweep is about. */
export interface SweepDataset {
  readonly role: 'main' | 'out-of-distribution';
  readonly name: string;
  /** SHA-256 by file. Absent if the folder does not have it. */
  readonly sha256?: Readonly<Record<string, string>>;
  /** Summary of its content. Absent in folders of earlier versions. */
  readonly summary?: DataSummary;
}

/** The networks of all seeds of one configuration as one ensemble, measured on the test set. */
export interface SeedEnsemble {
  /** Their configuration: see {@link PlannedTrial}. */
  readonly configuration: string;
  readonly seeds: readonly number[];
  /** Evaluation of their dense networks together. Its `samples` counts the draws of all of them. */
  readonly evaluation: Evaluation;
}

/** The content of a sweep folder, finished or not: everything that a report needs. Plain JSON. */
export interface SweepData {
  /** The sweep's configuration as it was resolved; `@bbb/sweep` has its type. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The data sets of its results, the main set first. Default: they are not known. */
  readonly datasets?: readonly SweepDataset[];
  /** All trials, in the order in which they are run: seed by seed. */
  readonly plan: readonly PlannedTrial[];
  /** Results of the trials that are done, in the order of the plan. */
  readonly results: readonly TrialResult[];
  /** Ids of trials that are neither done nor failed: waiting, interrupted or under way. */
  readonly missing: readonly string[];
  /** Ids in `missing` whose result is damaged or belongs to other data. The sweep runs these trials again. Default: none. */
  readonly damaged?: readonly string[];
  /** The problem of each trial in `damaged`, by id. */
  readonly damage?: Readonly<Record<string, string>>;
  readonly failed: readonly FailedTrial[];
  /** Configurations whose seeds were measured as ensembles. Default: none. A folder never holds them; a report may measure them. */
  readonly ensembles?: readonly SeedEnsemble[];
  /** Trials that a scheduler ended, with the number of epochs after which it did so. They are done, without a result. Default: none. */
  readonly stoppedEarly?: readonly { readonly id: string; readonly epoch: number }[];
}
