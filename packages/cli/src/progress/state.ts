import type { MetricSpec } from '@bbb/core';

/** A trial that has not begun, or one that has ended. */
export interface TrialName {
  readonly id: string;
  /** The method's label. */
  readonly label: string;
  /** Distinguishes it from other trials of the same label and seed, e.g. by its hidden layers. May be empty. */
  readonly variant: string;
  readonly seed: number;
  readonly epochs: number;
}

/** A running trial. */
export interface RunningTrial extends TrialName {
  readonly phase: 'train' | 'evaluate';
  /** Number of the current epoch, from 1. */
  readonly epoch: number;
  /** The share of the epoch or evaluation that is done, in [0, 1]. */
  readonly share: number;
  /** Mean training loss so far in this epoch, nats per example. */
  readonly loss: number;
  /** Validation error of each finished epoch, in the unit of the headline metric. */
  readonly validationErrors: readonly number[];
  /** Number of the attempt: 1 unless the trial was tried before. */
  readonly attempt: number;
  /** Number of threads that work on it. */
  readonly threads: number;
  /** Its start, in seconds of the caller's clock. */
  readonly startedAt: number;
  /** The start of its phase, in seconds of the same clock. */
  readonly phaseSince: number;
  /** Number of epochs that it had when it started: above 0 for a resumed trial. */
  readonly startEpochs: number;
  /** The value of {@link doneShare} when it started. */
  readonly startShare: number;
}

/** Summed seconds and the number of summands, by label. */
export type Timings = ReadonlyMap<string, { readonly seconds: number; readonly count: number }>;

/** The state that the live display shows. It is a value, so that drawing is a pure function. */
export interface ProgressState {
  readonly waiting: ReadonlyMap<string, TrialName>;
  readonly running: ReadonlyMap<string, RunningTrial>;
  /** Trials that ended well in this run. */
  readonly done: number;
  /** Trials that had a result already. */
  readonly kept: number;
  /** Trials that a scheduler ended. */
  readonly stoppedEarly: number;
  /** Number of trials that are expected, but not known yet. */
  readonly unnamed: number;
  readonly failed: number;
  readonly workers: number;
  /** The metric that errors belong to, and how it is shown. */
  readonly headline: MetricSpec;
  readonly startedAt: number;
  /** Seconds that whole trials took. */
  readonly timings: Timings;
  /** Seconds that evaluations took. The evaluation of many pruned networks takes as long as many epochs. */
  readonly evaluations: Timings;
}

/** Evaluation of the pruned networks counts as this many epochs when progress is estimated. */
const EVALUATION_EPOCHS = 0.5;

/** The share of a trial's work that is done, in [0, 1]: an estimate. */
export function doneShare({ phase, epoch, epochs, share }: RunningTrial): number {
  const done = phase === 'train' ? epoch - 1 + share : epochs + share * EVALUATION_EPOCHS;
  return Math.min(1, done / (epochs + EVALUATION_EPOCHS));
}

export function totalTrials(state: ProgressState): number {
  const { waiting, unnamed, running, done, kept, stoppedEarly, failed } = state;
  return waiting.size + unnamed + running.size + done + kept + stoppedEarly + failed;
}
