import type { Dataset } from '../data/dataset.js';
import type { ErrorRecord } from '../errors.js';
import type { Registry } from '../plugin/registry.js';
import type { EpochMetrics } from '../result/result.js';
import type { TrialProgress } from '../trial/progress.js';
import type { FailureKind, PlannedTrial } from './sweep-data.js';
import type { DataOptions } from '../trial/trial.js';

/** One attempt at a trial, as plain JSON. */
export interface TrialTask {
  readonly planned: PlannedTrial;
  /** The folder of the trial, which exists. Progress is stored there, and the trial goes on from what is stored. */
  readonly folder: string;
  readonly checkpointSeconds: number;
}

/** The messages of a running trial, in order. `started` comes first, when the worker has all it needs. */
export type TrialMessage =
  | { readonly type: 'started'; readonly resumedEpochs: readonly EpochMetrics[] }
  | { readonly type: 'progress'; readonly progress: TrialProgress }
  | { readonly type: 'epoch'; readonly metrics: EpochMetrics }
  | { readonly type: 'warning'; readonly message: string; readonly code?: string };

/**
 * How an attempt ended.
 * - `done`: the final checkpoint is in the folder; `text` is the result.json to be committed
 * - `stopped`: it was asked to stop, and stopped after `epoch`, whose checkpoint is stored
 * - `killed`: it was asked to end at once
 * - `failed`: an error that concerns only this trial
 * - `fatal`: no trial can run, e.g. because the disk is full, or a worker can't start
 */
export type TrialEnd =
  | { readonly type: 'done'; readonly text: string }
  | { readonly type: 'stopped'; readonly epoch: number }
  | { readonly type: 'killed' }
  | { readonly type: 'failed'; readonly kind: FailureKind; readonly error: ErrorRecord }
  | { readonly type: 'fatal'; readonly error: ErrorRecord };

/** A running attempt. */
export interface Execution {
  /** Never rejects. */
  readonly end: Promise<TrialEnd>;
  /** Asks the trial to stop at its next checkpoint. */
  stop(): void;
  /** Ends the attempt at once. */
  kill(): void;
}

/**
 * Runs trials. It never gets more than `capacity` tasks at once. The caller chooses the order of the trials, and stores their results.
 */
export interface Executor {
  readonly capacity: number;
  /** Number of trials that can run at the same time, if it is less than `capacity`. Estimates of time use it. */
  parallel?(): number;
  /**
   * Resolves when one more trial would not have to wait long. Needed if `capacity` does not say that. A search that learns from results
   * proposes nothing before.
   */
  vacancy?(): Promise<void>;
  /** Forgets a trial that an earlier run may have left somewhere, because it is not needed any more. */
  forget?(trial: string): void;
  run(task: TrialTask, onMessage: (message: TrialMessage) => void): Execution;
  /** Frees threads, processes and connections. No trial runs any more then. */
  close(): Promise<void>;
}

/** Everything that trials of a sweep may name, including trials that are not proposed yet. */
export interface Needs {
  readonly methods: string[];
  readonly pruners: string[];
  /** The networks that are named. For a trial that names none, the registry decides. */
  readonly networks: string[];
  readonly likelihoods: string[];
  readonly procedures: string[];
  /** The same for all trials. */
  readonly data: DataOptions;
}

/** Loaded data sets, by the canonical JSON of `{use, options}`; their pixels are in shared memory. */
export type Datasets = Readonly<Record<string, Dataset>>;

/** The properties of the sweep that an executor gets. */
export interface ExecutorContext {
  /** The sweep's folder, absolute; it is locked by this process. */
  readonly dir: string;
  /** The largest number of trials that this executor gets at once. */
  readonly capacity: number;
  /** Number of trials at a time, if the user gave one. Then no more cores than these are used. */
  readonly workers?: number;
  /** What all trials need, including those that a search will propose. */
  readonly needs: Needs;
  readonly registry: Registry;
  readonly datasets: Datasets;
  /** The user's `--data-dir`, for executors that load the data again elsewhere. */
  readonly dataDir?: string;
  /** Names under which the plugins that trials need are loaded elsewhere, looked up from `cwd`. */
  readonly plugins: readonly string[];
  readonly cwd: string;
  readonly warn: (code: string, message: string, id?: string) => void;
}

/** Makes an executor, when there is something to run. */
export interface ExecutorFactory {
  /** Default number of trials that it gets at once. */
  readonly capacity: number;
  /** @throws BbbError when it can't work, before any trial runs */
  start(context: ExecutorContext): Promise<Executor>;
}

/** The settings of a machine that runs trials for sweeps on other machines. */
export interface HostContext {
  /** Number of trials at a time. Default: the number of cores that this process may use. */
  readonly workers?: number;
  /** Plugins in the form that `loadPlugins` takes, including the built-in ones. */
  readonly plugins: readonly string[];
  readonly cwd: string;
  readonly dataDir?: string;
  /** Path of the sweep's folder on this host, if it differs from the path on the coordinator. */
  readonly dir?: string;
  /** The coordinators to which files may be uploaded, `host` or `host:port`. Default: none. */
  readonly uploadTo?: readonly string[];
  /** Whether to upload files even if the folder is shared. Default false. */
  readonly upload?: boolean;
  /** Seconds without a sign of life after which other hosts get the trials of this host. */
  readonly leaseSeconds: number;
  /** Seconds without work after which the host leaves. Default: it never leaves. */
  readonly idleSeconds?: number;
  /** When it is aborted, every trial stops at its next checkpoint and is given back. */
  readonly signal: AbortSignal;
  /** When it is aborted, the host leaves at once. */
  readonly kill: AbortSignal;
  /** Prints one line for people. */
  readonly say: (text: string) => void;
}
