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
  /** The trial's folder, which exists. Progress is kept there, and taken up where it is. */
  readonly folder: string;
  readonly checkpointSeconds: number;
}

/** What a trial under way says, in order. `started` comes first, once the worker has all it needs. */
export type TrialMessage =
  | { readonly type: 'started'; readonly resumedEpochs: readonly EpochMetrics[] }
  | { readonly type: 'progress'; readonly progress: TrialProgress }
  | { readonly type: 'epoch'; readonly metrics: EpochMetrics }
  | { readonly type: 'warning'; readonly message: string; readonly code?: string };

/**
 * How an attempt ended.
 * - `done`: the final checkpoint is in the folder; `text` is the result.json to be committed
 * - `stopped`: as asked, after `epoch`, whose checkpoint is stored
 * - `killed`: as asked
 * - `failed`: the trial's own fault
 * - `fatal`: no trial can run: the disk is full, a worker can't start, ...
 */
export type TrialEnd =
  | { readonly type: 'done'; readonly text: string }
  | { readonly type: 'stopped'; readonly epoch: number }
  | { readonly type: 'killed' }
  | { readonly type: 'failed'; readonly kind: FailureKind; readonly error: ErrorRecord }
  | { readonly type: 'fatal'; readonly error: ErrorRecord };

/** An attempt under way. */
export interface Execution {
  /** Never rejects. */
  readonly end: Promise<TrialEnd>;
  /** Asks it to stop at its next checkpoint. */
  stop(): void;
  /** Ends it now. */
  kill(): void;
}

/**
 * Where trials run. It never gets more tasks than `capacity` at once; which trial is next is not its business. Results
 * are committed by the caller.
 */
export interface Executor {
  readonly capacity: number;
  /** How many trials can go on at the same time, where that is fewer than `capacity`: for estimates of time. */
  parallel?(): number;
  /**
   * Resolves once a trial more would not have to wait for long, where `capacity` says nothing about that: a search that
   * learns proposes nothing before.
   */
  vacancy?(): Promise<void>;
  /** A trial that an earlier run of this process may have left somewhere is wanted no more. */
  forget?(trial: string): void;
  run(task: TrialTask, onMessage: (message: TrialMessage) => void): Execution;
  /** Frees threads, processes, connections. Nothing is under way any more. */
  close(): Promise<void>;
}

/** What any trial of a sweep may name, whether it has been proposed yet or not. */
export interface Needs {
  readonly methods: string[];
  readonly pruners: string[];
  /** Those that are named: what is absent, the registry's own order decides. */
  readonly networks: string[];
  readonly likelihoods: string[];
  readonly procedures: string[];
  /** All trials have the same. */
  readonly data: DataOptions;
}

/** Loaded data sets, by the canonical JSON of `{use, options}`; their pixels are in shared memory. */
export type Datasets = Readonly<Record<string, Dataset>>;

/** What an executor is told about the sweep. */
export interface ExecutorContext {
  /** The sweep's folder, absolute; it is locked by this process. */
  readonly dir: string;
  /** Most trials that will be handed over at once. */
  readonly capacity: number;
  /** Trials at a time, where the user said how many: then no more cores than these are taken. */
  readonly workers?: number;
  /** Of all trials, also of those that a search has yet to propose. */
  readonly needs: Needs;
  readonly registry: Registry;
  readonly datasets: Datasets;
  /** The user's `--data-dir`, for those who load the data again elsewhere. */
  readonly dataDir?: string;
  /** Names under which the plugins that trials need are loaded elsewhere, looked up from `cwd`. */
  readonly plugins: readonly string[];
  readonly cwd: string;
  readonly warn: (code: string, message: string, id?: string) => void;
}

/** Makes an executor, once it is known that there is something to run. */
export interface ExecutorFactory {
  /** Trials handed over at once, unless the user says so. */
  readonly capacity: number;
  /** @throws BbbError when it can't work, before any trial runs */
  start(context: ExecutorContext): Promise<Executor>;
}

/** What a machine is told that takes trials of other machines' sweeps. */
export interface HostContext {
  /** Trials at a time. Default: the cores this process may use. */
  readonly workers?: number;
  /** As `loadPlugins` takes them, the built-in ones included. */
  readonly plugins: readonly string[];
  readonly cwd: string;
  readonly dataDir?: string;
  /** The sweep's folder as this host sees it, where that is not as the coordinator does. */
  readonly dir?: string;
  /** Coordinators that files may be uploaded to, `host` or `host:port`. Default: none. */
  readonly uploadTo?: readonly string[];
  /** Hand files over by upload even where the folder is shared. Default false. */
  readonly upload?: boolean;
  /** After so long without a sign of life, this host's trials go to others, seconds. */
  readonly leaseSeconds: number;
  /** Leave after so long with nothing to do, seconds. Default: never. */
  readonly idleSeconds?: number;
  /** Aborted: stop every trial at its next checkpoint, and give it back. */
  readonly signal: AbortSignal;
  /** Aborted: leave at once. */
  readonly kill: AbortSignal;
  /** One line for people. */
  readonly say: (text: string) => void;
}
