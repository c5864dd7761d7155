import type { MetricSpec } from '@bbb/core';

/** A trial that has not begun, or one that has ended. */
export interface TrialName {
  readonly id: string;
  /** The method's label. */
  readonly label: string;
  /** What tells it from others of the same label and seed, e.g. its hidden layers; may be empty. */
  readonly variant: string;
  readonly seed: number;
  readonly epochs: number;
}

/** A trial under way. */
export interface RunningTrial extends TrialName {
  readonly phase: 'train' | 'evaluate';
  /** From 1. */
  readonly epoch: number;
  /** Done share of the epoch or of the evaluation, in [0, 1]. */
  readonly share: number;
  /** Mean training loss so far in this epoch, nats per example. */
  readonly loss: number;
  /** Validation error of each epoch done, as the headline has it. */
  readonly validationErrors: readonly number[];
  /** 1 unless it was tried before. */
  readonly attempt: number;
  /** How many threads work for it. */
  readonly threads: number;
  /** Seconds by the caller's clock. */
  readonly startedAt: number;
  /** When its phase began, by the same clock. */
  readonly phaseSince: number;
  /** Epochs that it had when it started: above 0 for a resumed trial. */
  readonly startEpochs: number;
  /** {@link doneShare} when it started. */
  readonly startShare: number;
}

/** Seconds, summed, and of how many, by label. */
export type Timings = ReadonlyMap<string, { readonly seconds: number; readonly count: number }>;

/** What the live display shows; a value, so that drawing it is a pure function. */
export interface ProgressState {
  readonly waiting: ReadonlyMap<string, TrialName>;
  readonly running: ReadonlyMap<string, RunningTrial>;
  /** Ended well, in this run. */
  readonly done: number;
  /** Had a result already. */
  readonly kept: number;
  /** Ended by a scheduler. */
  readonly stoppedEarly: number;
  /** Trials of which nothing is known yet but that there will be so many. */
  readonly unnamed: number;
  readonly failed: number;
  readonly workers: number;
  /** What errors are, and how they are shown. */
  readonly headline: MetricSpec;
  readonly startedAt: number;
  /** Seconds that whole trials took, summed, and how many, by label. */
  readonly timings: Timings;
  /** The same of their evaluations: of many pruned networks they take as long as many epochs. */
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
