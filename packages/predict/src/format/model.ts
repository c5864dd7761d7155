/*
 * The description in a model file, as plain values: all that a prediction needs, in the user's own units, and nothing about training.
 */

/** Shape of one example; images are `[height, width, channels]`. */
export type Shape = readonly number[];

/** Windows over images, as `convGeometry` and `poolGeometry` of `@bbb/kernels` take them. */
export interface Windows {
  readonly window: readonly [vertical: number, horizontal: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  readonly padding: 'valid' | 'same';
}

/** The layers in a row; those with weights are counted from 0. */
export type StoredLayer =
  | { readonly kind: 'dense'; readonly units: number }
  | ({ readonly kind: 'conv2d'; readonly filters: number } & Windows)
  | ({ readonly kind: 'max-pool' | 'average-pool' } & Windows)
  | { readonly kind: 'relu' | 'tanh' | 'flatten' };

/**
 * How features in the user's units become inputs: x / divisor, or (x - mean) / sd by column. `fill` has, by column, the value that replaces
 * a missing one (NaN). Without `fill` no value may be missing.
 */
export type StoredScaling = (
  | { readonly kind: 'divide'; readonly divisor: number }
  | { readonly kind: 'standardise'; readonly mean: readonly number[]; readonly sd: readonly number[] }
) & { readonly fill?: readonly number[] };

/**
 * The columns of the table that the model was trained on. A column of numbers is one input. A column of categories is one input for each
 * category: 1 for the category of the row, 0 for the others. A predictor finds columns by their names.
 */
export interface StoredTable {
  readonly columns: readonly { readonly name: string; readonly categories?: readonly string[] }[];
  /** Name of the column with the targets. */
  readonly target?: string;
  /** Columns of the training file that the model does not predict from. */
  readonly dropped?: readonly string[];
}

export type StoredTarget =
  | { readonly kind: 'class'; readonly classes: number; readonly names?: readonly string[] }
  | {
      readonly kind: 'real';
      readonly name?: string;
      readonly unit?: string;
      /** The target was standardised: y = mean + sd * output. */
      readonly mean: number;
      readonly sd: number;
      /**
       * Logarithm of the standard deviation of the noise, in standardised units: one number for each set of weights, or `start` plus the second
       * output for each example.
       */
      readonly noise:
        | { readonly kind: 'constant'; readonly logSd: readonly number[] }
        | { readonly kind: 'per-input'; readonly start: number };
    };

/**
 * The distribution over the weights:
 * - `point`: one network
 * - `gaussian`: N(mean, sd^2) of every weight; draw s has the epsilons of `fold(fold(key, 'sample', s), 'weight', <name>)`
 * - `members`: `count` networks that predict together; and a mean network before them, if `mean` is true
 */
export type StoredPosterior =
  | { readonly kind: 'point' }
  | { readonly kind: 'gaussian'; readonly key: readonly [number, number] }
  | { readonly kind: 'members'; readonly count: number; readonly mean: boolean };

/**
 * Temperature, sets, intervals and thresholds for predictions with `samples` draws. They were fitted on examples that neither training nor
 * selection saw.
 */
export interface StoredCalibration {
  /** Number of draws that this calibration was fitted for; 0 is the mean network. */
  readonly samples: number;
  /** Probabilities are softmax(log p / temperature). */
  readonly temperature?: number;
  /** A class is in the set if -log p is at most this threshold: one number for each class, or one for all classes. null: no limit. */
  readonly sets?: { readonly level: number; readonly threshold: number | null | readonly (number | null)[] };
  /** The interval is mean +- width; if `score` is `scaled`, width is multiplied by the predictive standard deviation. null: no limit. */
  readonly interval?: {
    readonly level: number;
    readonly score: 'absolute' | 'scaled';
    readonly width: number | null;
  };
  /**
   * An answer is "not sure" if its probability is below this number. Of the other answers, a share of at most `risk` was wrong on the
   * examples that this was fitted on.
   */
  readonly sure?: { readonly risk: number; readonly probability: number };
  /** The same thresholds for other risks, ascending. `maxRisk` chooses one of them. */
  readonly risks?: readonly { readonly risk: number; readonly probability: number }[];
}

/** All of a model except the numbers of its weights. */
export interface StoredModel {
  readonly inputShape: Shape;
  readonly scaling: StoredScaling;
  readonly table?: StoredTable;
  readonly target: StoredTarget;
  readonly layers: readonly StoredLayer[];
  readonly posterior: StoredPosterior;
  /** Number of draws that it predicts with by default. */
  readonly samples: number;
  readonly calibration?: StoredCalibration;
  /** Texts for people: method, pruner, sparsity, where the model comes from. */
  readonly about?: Readonly<Record<string, string>>;
}

/** One tensor of weights, row-major. */
export interface StoredTensor {
  readonly shape: Shape;
  /** One byte for each element: 1 is kept, 0 is pruned. Absent: all elements are kept. */
  readonly keep?: Uint8Array;
  /** One number for each element; 0 for a pruned one. */
  readonly mean: Float32Array;
  /** Standard deviations of a Gaussian posterior. */
  readonly sd?: Float32Array;
}

/** Tensors by name: `layers.<n>.weight` and `layers.<n>.bias`; for members `members.<m>.layers.<n>.weight`, and so on. */
export type StoredTensors = Readonly<Record<string, StoredTensor>>;
