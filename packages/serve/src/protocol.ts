import type { EpochMetrics, IndexState, Trial } from '@bbb/core';

/**
 * Messages from the server to the page, as JSON. Errors are in their stored form: fractions, or in the unit of {@link Headline}.
 * Times are seconds.
 */

/** The progress of the sweep, as `bbb sweep status` shows it. */
export interface Summary {
  readonly counts: Readonly<Record<IndexState, number>>;
  /** The data that the results belong to, in words. */
  readonly data: string;
  /** Number of trials that a search will still propose. */
  readonly unproposed: number;
  /** Estimated seconds until all trials have ended; null before the first epoch. */
  readonly etaSeconds: number | null;
  /** While no trial is done: the number of epochs that the estimate is based on, as a lower limit. null after that. */
  readonly fromEpochs: number | null;
  /** Trials at a time that the estimate assumes. */
  readonly workers: number;
  /** Number of trials whose results were not read yet. Their rows have no results. */
  readonly unread: number;
  /** The process that runs the sweep now. */
  readonly owner: { readonly pid: number; readonly host: string } | null;
}

/** An entry of the sweep's methods, with the same line style as in the report. */
export interface Method {
  readonly label: string;
  readonly color: string;
  /** SVG `stroke-dasharray`. */
  readonly dash: string;
}

/** How errors are shown. */
export interface Headline {
  /** Name of the error: "error", "RMSE". */
  readonly error: string;
  /** Unit after the number: "%", the target's unit, or nothing. */
  readonly unit: string;
  /** Shown number = stored number x factor. */
  readonly factor: number;
}

/** A hyper-parameter in which the trials differ. */
export interface Dimension {
  /** Its path in a trial, e.g. `training.optimizer.learningRate`. */
  readonly key: string;
  /** The shortest end of the path that no other dimension has. */
  readonly label: string;
  /** `choice` for anything but numbers. */
  readonly kind: 'number' | 'choice';
  /** `log` where the sweep searches logarithmically, or values span more than a factor of 50. */
  readonly scale: 'linear' | 'log';
}

/**
 * An epoch, to six digits; null for values that were not measured, or are not finite. `error` and `nll` (nats) are of the validation examples, or
 * of the training examples in a sweep without validation; `loss` (nats) is the value that training minimised.
 */
export type CurvePoint = readonly [
  epoch: number,
  error: number | null,
  nll: number | null,
  loss: number | null,
];

/** A summary of one trial. */
export interface TrialRow {
  readonly id: string;
  readonly label: string;
  readonly variant: string;
  readonly seed: number;
  readonly state: IndexState;
  /** Number of epochs done, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** Validation error of the weights that are kept so far; null without validation. */
  readonly validationError: number | null;
  /** Test error of the dense network, by its mean weights, or by its samples if it has none; null unless the trial is done. */
  readonly testError: number | null;
  /** Seconds over all attempts that ended; null before the first has ended. */
  readonly seconds: number | null;
  readonly attempts: number;
  /** Message of the last failure. */
  readonly error: string | null;
  /** Hyper-parameters by the key of their dimension. Dimensions that the method does not have are absent. */
  readonly hyperparameters: Readonly<Record<string, number | string>>;
  readonly curve: readonly CurvePoint[];
}

export interface Snapshot {
  /** Name of the sweep's folder. */
  readonly name: string;
  readonly dir: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly summary: Summary;
  readonly methods: readonly Method[];
  readonly dimensions: readonly Dimension[];
  readonly headline: Headline;
  /** The examples that `curve` of the trials was measured on. */
  readonly curve: 'validation' | 'training';
  readonly trials: readonly TrialRow[];
}

/** One sweep of a folder of sweeps: `/api/sweeps`. */
export interface SweepRow {
  /** The name of its folder. */
  readonly name: string;
  /** `unreadable`: `problem` says why, and the other members have no meaning. */
  readonly state: 'running' | 'finished' | 'not running' | 'unreadable';
  /** The day on which its last trial ended, `2026-11-27`; null before the first has ended. */
  readonly date: string | null;
  /** Number of trials that have ended, of all planned ones. */
  readonly ended: number;
  readonly trials: number;
  readonly methods: readonly string[];
  readonly data: string;
  readonly problem: string | null;
}

/** Messages of `/events`, each under its type's name. */
export type Message =
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly type: 'update'; readonly update: Update }
  /** The folder could not be read. The next message says when it can be read again. */
  | { readonly type: 'problem'; readonly message: string };

/** The changes since the last message. `trials` are the changed and the new ones. */
export type Update = Omit<Snapshot, 'name' | 'dir' | 'config'>;

/** All details of one trial: `/api/trials/<id>`. */
export interface TrialDetail {
  readonly trial: Trial;
  readonly epochs: readonly EpochMetrics[];
  /** Present when a scheduler ended it. */
  readonly stopped?: { readonly epoch: number; readonly scheduler: string };
  readonly failure?: { readonly kind: string; readonly message: string };
  readonly result?: ResultDetail;
}

export interface ResultDetail {
  /** Number of weights and biases. */
  readonly parameters: number;
  readonly headline: Headline;
  readonly bestEpoch: number | null;
  /** The machine and software that ran it. */
  readonly ranOn: string;
  readonly pruning: readonly PruningRow[];
}

/** One network on the test set, with one way to predict. */
export interface PruningRow {
  readonly pruner: string;
  readonly share: number;
  /** Number of weights that are exactly zero. */
  readonly zeros: number;
  readonly predict: 'mean' | 'samples';
  /** Error, less is better. */
  readonly error: number;
  /** NLL, nats per example. */
  readonly nll: number;
  /** ECE; null for a regression. */
  readonly ece: number | null;
}
