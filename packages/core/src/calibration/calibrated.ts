/** What sets or intervals are made to cover, where nothing else is asked for. */
export const COVERAGE = 0.9;

/** So many of the examples of their own distribution are not told to be unusual. */
export const USUAL = 0.95;

/** Sets of classes by one score, held against the test labels. */
export interface SetReport {
  /**
   * A class is in the set if its score is at most this; of class-conditional sets one for each class. null where the calibration
   * examples are too few for the promise: the class is always in.
   */
  readonly threshold: number | null | readonly (number | null)[];
  /** Share of the test labels that are in their set, fraction. */
  readonly coverage: number;
  /** Mean number of classes in a set. */
  readonly size: number;
  /** Shares of the sets with no class and with one, fractions. */
  readonly empty: number;
  readonly single: number;
  /** For each class: its test examples, and those of them whose set has it. */
  readonly byClass: readonly (readonly [examples: number, covered: number])[];
}

/** Intervals by one score, held against the test targets; widths in the target's unit. */
export interface IntervalReport {
  /** In the unit of the score; null where the calibration examples are too few: the interval is then all numbers. */
  readonly threshold: number | null;
  readonly coverage: number;
  /** Mean width, absent where the intervals are all numbers. */
  readonly width?: number;
}

/** What a network is worth after it was calibrated on examples that neither training nor selection saw, on the test set. */
export interface Calibrated {
  /** Calibration examples. */
  readonly examples: number;
  /** The share that sets and intervals promise to cover. */
  readonly level: number;
  /** Of a classifier: the temperature with the lowest NLL on the calibration examples. */
  readonly temperature?: number;
  /** NLL (nats per example) and ECE on the test set at that temperature. */
  readonly atTemperature?: { readonly nll: number; readonly ece: number };
  /**
   * Predictive entropy, nats, that an example of the calibration examples' distribution stays below with a probability of at least `level`:
   * one above it is unlike them. null where they are too few.
   */
  readonly unusual?: { readonly level: number; readonly entropy: number | null };
  /** By score: `lac`, `aps`, `raps`, and `lacByClass`, which keeps the promise for each class. Of the network as it is, at temperature 1. */
  readonly sets?: Readonly<Record<string, SetReport>>;
  /** By score: `absolute`, `scaled`, `quantile`. */
  readonly intervals?: Readonly<Record<string, IntervalReport>>;
}

/** Predictions on labelled examples that nothing was fitted to. */
export interface Held<Prediction, Targets> {
  readonly prediction: Prediction;
  readonly targets: Targets;
  /** The number of each example in its data set: its random numbers are of it. */
  readonly rows: Uint32Array;
}
