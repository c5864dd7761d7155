import type { ErrorRecord } from '../errors.js';
import type { MetricSpec } from '../likelihood/headline.js';
import type { EpochMetrics, TrialResult } from '../result/result.js';
import type { TrialProgress } from '../trial/progress.js';
import type { FailureKind } from './sweep-data.js';

/** Numbers of trials by state. `done` includes those that were done before (`kept`). */
export interface SweepCounts {
  readonly total: number;
  readonly done: number;
  readonly kept: number;
  /** Ended by a scheduler, without a result, because they were not promising. */
  readonly stoppedEarly: number;
  /** Ended without a result, by an error, a crash, a trap or a timeout. */
  readonly failed: number;
  /** Ended without a result because a number stopped being finite. */
  readonly diverged: number;
  readonly running: number;
  readonly waiting: number;
}

export interface SweepStartEvent {
  readonly type: 'sweep-start';
  readonly dir: string;
  readonly workers: number;
  /** Whether the folder held this sweep already. */
  readonly resumed: boolean;
  /** Ids of the trials that will run, in order. */
  readonly waiting: readonly string[];
  readonly counts: SweepCounts;
  /** The metric that trials are judged by, and how their errors are shown. Absent: accuracy. */
  readonly headline?: MetricSpec;
}

/** A trial runs in a worker: it is loaded, and resumed if it was interrupted before. */
export interface TrialStartEvent {
  readonly type: 'trial-start';
  readonly id: string;
  readonly label: string;
  readonly variant: string;
  readonly seed: number;
  readonly epochs: number;
  /** Number of this attempt, from 1. */
  readonly attempt: number;
  /** Metrics of the stored epochs, which are not trained again. */
  readonly resumedEpochs: readonly EpochMetrics[];
}

/** Sent at most ten times a second for each trial. */
export interface ProgressEvent extends TrialProgress {
  readonly type: 'progress';
  readonly id: string;
}

export interface EpochEvent {
  readonly type: 'epoch';
  readonly id: string;
  readonly metrics: EpochMetrics;
}

/** The result is stored on disk. */
export interface TrialDoneEvent {
  readonly type: 'trial-done';
  readonly id: string;
  readonly label: string;
  readonly variant: string;
  readonly seed: number;
  /** Time of this attempt, in seconds of the monotonic clock. */
  readonly seconds: number;
  readonly result: TrialResult;
  readonly counts: SweepCounts;
  /** Estimated seconds until the sweep is done. Absent while it is not known. */
  readonly etaSeconds?: number;
}

export interface TrialFailedEvent {
  readonly type: 'trial-failed';
  readonly id: string;
  readonly label: string;
  readonly variant: string;
  readonly seed: number;
  readonly attempt: number;
  readonly kind: FailureKind;
  readonly error: ErrorRecord;
  /** Whether it is tried again: by this run or, if this run is stopping, by the next one. */
  readonly willRetry: boolean;
  readonly counts: SweepCounts;
  readonly etaSeconds?: number;
}

/** The trial was interrupted after `epoch`, or while its networks were measured. The same command goes on from its last checkpoint. */
export interface TrialStoppedEvent {
  readonly type: 'trial-stopped';
  readonly id: string;
  readonly epoch: number;
}

/** A scheduler ended the trial after `epoch`. The trial is done, and has no result. */
export interface TrialStoppedEarlyEvent {
  readonly type: 'trial-stopped-early';
  readonly id: string;
  readonly label: string;
  readonly variant: string;
  readonly seed: number;
  readonly epoch: number;
  readonly counts: SweepCounts;
}

/** A search that learns while it runs chose a configuration; these trials will run. */
export interface TrialsProposedEvent {
  readonly type: 'trials-proposed';
  readonly trials: readonly {
    readonly id: string;
    readonly label: string;
    readonly variant: string;
    readonly seed: number;
    readonly epochs: number;
  }[];
}

/** The sweep was asked to stop. Running trials end at their next checkpoint. */
export interface StoppingEvent {
  readonly type: 'stopping';
  /** The reason, e.g. `SIGINT`. */
  readonly signal?: string;
}

/** A message for people about something that does not stop the sweep, e.g. a damaged file that was set aside, or another version. */
export interface WarningEvent {
  readonly type: 'warning';
  readonly code: string;
  readonly message: string;
  /** Id of the trial that it is about, if it is about one. */
  readonly id?: string;
}

export interface SweepDoneEvent {
  readonly type: 'sweep-done';
  readonly outcome: SweepOutcome;
}

/** Everything that a display or a log needs, in the order in which it happened. Plain JSON. */
export type SweepEvent =
  | SweepStartEvent
  | TrialStartEvent
  | ProgressEvent
  | EpochEvent
  | TrialDoneEvent
  | TrialFailedEvent
  | TrialStoppedEvent
  | TrialStoppedEarlyEvent
  | TrialsProposedEvent
  | StoppingEvent
  | WarningEvent
  | SweepDoneEvent;

/**
 * How a sweep ended.
 * - `done`: every trial has a result
 * - `failed`: it ended, but some trials have none (or it stopped at the first of them, with `failFast`)
 * - `interrupted`: it was asked to stop; `signal` is the reason
 * - `disk-full`, `halted`: no trial can go on; `error` says why. When the problem is solved, the same command resumes the sweep.
 */
export interface SweepOutcome {
  readonly status: 'done' | 'failed' | 'interrupted' | 'disk-full' | 'halted';
  readonly dir: string;
  readonly counts: SweepCounts;
  /** Time of this run, in seconds of the monotonic clock. */
  readonly seconds: number;
  /** The abort reason of the stopping signal, e.g. `SIGINT`. */
  readonly signal?: string;
  readonly error?: ErrorRecord;
}
