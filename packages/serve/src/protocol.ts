import type { EpochMetrics, IndexState, Trial } from '@bbb/core';

/** What the server tells the page, as JSON. Errors are as they are stored: fractions, or in the unit that {@link Headline} tells; times are seconds. */

/** How far the sweep is, as `bbb sweep status` says. */
export interface Summary {
  readonly counts: Readonly<Record<IndexState, number>>;
  /** Which data the results are of, in words. */
  readonly data: string;
  /** Trials that a search will propose yet. */
  readonly unproposed: number;
  /** Seconds until nothing is left; null while no trial has ended. */
  readonly etaSeconds: number | null;
  /** Trials at a time that the estimate counts with. */
  readonly workers: number;
  /** Number of trials whose results were not read yet; their rows lack these. */
  readonly unread: number;
  /** The process that runs it now. */
  readonly owner: { readonly pid: number; readonly host: string } | null;
}

/** An entry of the sweep's methods, and how its lines are drawn: as in the report. */
export interface Method {
  readonly label: string;
  readonly color: string;
  /** SVG `stroke-dasharray`. */
  readonly dash: string;
}

/** How errors are shown. */
export interface Headline {
  /** "error", "RMSE". */
  readonly error: string;
  /** Behind the number: "%", the target's unit, or nothing. */
  readonly unit: string;
  /** Shown number = stored number x factor. */
  readonly factor: number;
}

/** A setting in which the trials differ. */
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
 * An epoch, to six digits; null for what was not measured, or is not finite. `error` and `nll` (nats) are of the validation examples, or
 * of the training examples in a sweep without validation; `loss` (nats) is what was minimised in training.
 */
export type CurvePoint = readonly [
  epoch: number,
  error: number | null,
  nll: number | null,
  loss: number | null,
];

/** One trial, in short. */
export interface TrialRow {
  readonly id: string;
  readonly label: string;
  readonly variant: string;
  readonly seed: number;
  readonly state: IndexState;
  /** Epochs done, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** Of the weights that are kept, so far; null without validation. */
  readonly validationError: number | null;
  /** Of the dense network, by its mean weights, where it has none by its samples; null unless done. */
  readonly testError: number | null;
  /** Over all attempts that ended; null before the first did. */
  readonly seconds: number | null;
  readonly attempts: number;
  /** What the last failure said. */
  readonly error: string | null;
  /** By dimension. Dimensions that the method does not have are absent. */
  readonly settings: Readonly<Record<string, number | string>>;
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
  /** Which examples `curve` of the trials is of. */
  readonly curve: 'validation' | 'training';
  readonly trials: readonly TrialRow[];
}

/** One sweep of a folder of sweeps: `/api/sweeps`. */
export interface SweepRow {
  /** The name of its folder. */
  readonly name: string;
  /** `unreadable`: `problem` says why, and the other members tell nothing. */
  readonly state: 'running' | 'finished' | 'not running' | 'unreadable';
  /** The day on which its last trial ended, `2026-11-27`; null before the first did. */
  readonly date: string | null;
  /** Trials that have ended, of all that are planned. */
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
  /** The folder could not be read; the next message says that it can be again. */
  | { readonly type: 'problem'; readonly message: string };

/** What has changed; `trials` are those that did, or came. */
export type Update = Omit<Snapshot, 'name' | 'dir' | 'config'>;

/** One trial, in full: `/api/trials/<id>`. */
export interface TrialDetail {
  readonly trial: Trial;
  readonly epochs: readonly EpochMetrics[];
  /** Present when a scheduler ended it. */
  readonly stopped?: { readonly epoch: number; readonly scheduler: string };
  readonly failure?: { readonly kind: string; readonly message: string };
  readonly result?: ResultDetail;
}

export interface ResultDetail {
  /** Weights and biases. */
  readonly parameters: number;
  readonly headline: Headline;
  readonly bestEpoch: number | null;
  /** What ran it. */
  readonly ranOn: string;
  readonly pruning: readonly PruningRow[];
}

/** One network on the test set, by one way to predict. */
export interface PruningRow {
  readonly pruner: string;
  readonly share: number;
  /** Weights that are exactly zero. */
  readonly zeros: number;
  readonly predict: 'mean' | 'samples';
  /** Less is better. */
  readonly error: number;
  /** Nats per example. */
  readonly nll: number;
  /** Null of a regression. */
  readonly ece: number | null;
}
