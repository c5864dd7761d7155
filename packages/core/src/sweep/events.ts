import type { ErrorRecord } from '../errors.js';
import type { MetricSpec } from '../likelihood/headline.js';
import type { EpochMetrics, TrialResult } from '../result/result.js';
import type { TrialProgress } from '../trial/progress.js';
import type { FailureKind } from './sweep-data.js';

/** How many trials are where. `done` counts those that were done before (`kept`) too. */
export interface SweepCounts {
  readonly total: number;
  readonly done: number;
  readonly kept: number;
  /** Ended by a scheduler, without a result: not worth going on. */
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
  /** What its trials are judged by, and how their errors are shown; absent: accuracy. */
  readonly headline?: MetricSpec;
}

/** A trial is under way in a worker: loaded, and resumed where it was interrupted before. */
export interface TrialStartEvent {
  readonly type: 'trial-start';
  readonly id: string;
  readonly label: string;
  readonly variant: string;
  readonly seed: number;
  readonly epochs: number;
  /** 1 unless it was started before. */
  readonly attempt: number;
  /** Metrics of the epochs it need not train again. */
  readonly resumedEpochs: readonly EpochMetrics[];
}

/** At most ten a second for each trial. */
export interface ProgressEvent extends TrialProgress {
  readonly type: 'progress';
  readonly id: string;
}

export interface EpochEvent {
  readonly type: 'epoch';
  readonly id: string;
  readonly metrics: EpochMetrics;
}

/** The result is on disk, for good. */
export interface TrialDoneEvent {
  readonly type: 'trial-done';
  readonly id: string;
  readonly label: string;
  readonly variant: string;
  readonly seed: number;
  /** Of this attempt, by the monotonic clock. */
  readonly seconds: number;
  readonly result: TrialResult;
  readonly counts: SweepCounts;
  /** An estimate of the seconds until the sweep is done; absent while nothing is known. */
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
  /** Not for good: it is tried again, by this run or, if that is stopping, by the next. */
  readonly willRetry: boolean;
  readonly counts: SweepCounts;
  readonly etaSeconds?: number;
}

/** Interrupted; the same command goes on from after `epoch`. */
export interface TrialStoppedEvent {
  readonly type: 'trial-stopped';
  readonly id: string;
  readonly epoch: number;
}

/** A scheduler ended it after `epoch`: it is done, and has no result. */
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

/** The sweep was asked to stop: trials under way end at their next checkpoint. */
export interface StoppingEvent {
  readonly type: 'stopping';
  /** What asked, e.g. `SIGINT`. */
  readonly signal?: string;
}

/** Something a person should know that stops nothing: a damaged file that was set aside, another version, ... */
export interface WarningEvent {
  readonly type: 'warning';
  readonly code: string;
  readonly message: string;
  /** The trial it is about, if it is about one. */
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
 * - `interrupted`: it was asked to stop; `signal` says by what
 * - `disk-full`, `halted`: no trial can go on; `error` says why. The same command resumes once that is mended.
 */
export interface SweepOutcome {
  readonly status: 'done' | 'failed' | 'interrupted' | 'disk-full' | 'halted';
  readonly dir: string;
  readonly counts: SweepCounts;
  /** Of this run, by the monotonic clock. */
  readonly seconds: number;
  /** What the stopping signal was aborted with, e.g. `SIGINT`. */
  readonly signal?: string;
  readonly error?: ErrorRecord;
}
