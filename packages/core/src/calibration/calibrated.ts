/** Default coverage of sets and intervals. */
export const COVERAGE = 0.9;

/** Share of examples from the training distribution that must not count as unusual. */
export const USUAL = 0.95;

/** Sets of classes by one score, compared with the test labels. */
export interface SetReport {
  /**
   * A class is in the set if its score is at most this threshold. Class-conditional sets have one for each class. null: there are too few
   * calibration examples to guarantee the coverage, so the class is always in the set.
   */
  readonly threshold: number | null | readonly (number | null)[];
  /** Share of the test examples whose label is in their set, a fraction. */
  readonly coverage: number;
  /** Mean number of classes in a set. */
  readonly size: number;
  /** Shares of the sets with no class, and with one class, fractions. */
  readonly empty: number;
  readonly single: number;
  /** For each class: number of its test examples, and how many of them have the class in their set. */
  readonly byClass: readonly (readonly [examples: number, covered: number])[];
}

/** Intervals by one score, compared with the test targets. Widths are in the unit of the target. */
export interface IntervalReport {
  /** In the unit of the score. null: there are too few calibration examples, so the interval contains all numbers. */
  readonly threshold: number | null;
  readonly coverage: number;
  /** Mean width. Absent if the intervals contain all numbers. */
  readonly width?: number;
}

/** Results on the test set after a calibration on examples that neither training nor selection saw. */
export interface Calibrated {
  /** Calibration examples. */
  readonly examples: number;
  /** The coverage that sets and intervals guarantee. */
  readonly level: number;
  /** For a classifier: the temperature with the lowest NLL on the calibration examples. */
  readonly temperature?: number;
  /** NLL (nats per example) and ECE on the test set at that temperature. */
  readonly atTemperature?: { readonly nll: number; readonly ece: number };
  /**
   * Predictive entropy in nats. An example from the distribution of the calibration examples stays below it with a probability of at least
   * `level`, so an example above it is unusual. null: there are too few calibration examples.
   */
  readonly unusual?: { readonly level: number; readonly entropy: number | null };
  /**
   * By ascending risk: among the calibration examples whose answer has at least this probability, at most the share `risk` is wrong. null
   * if there is no such probability.
   */
  readonly sure?: readonly { readonly risk: number; readonly probability: number | null }[];
  /** By score: `lac`, `aps`, `raps`, and `lacByClass`, which guarantees the coverage for each class. All at temperature 1. */
  readonly sets?: Readonly<Record<string, SetReport>>;
  /** By score: `absolute`, `scaled`, `quantile`. */
  readonly intervals?: Readonly<Record<string, IntervalReport>>;
}

/** Predictions on labelled examples that nothing was fitted on. */
export interface Held<Prediction, Targets> {
  readonly prediction: Prediction;
  readonly targets: Targets;
  /** Number of each example in its data set. The random numbers of an example come from it. */
  readonly rows: Uint32Array;
}
