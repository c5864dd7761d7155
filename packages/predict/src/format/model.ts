/*
 * What a model file says, as plain values: all that a prediction needs, in the user's own units, and nothing of how it was trained.
 */

/** Of one example; images are `[height, width, channels]`. */
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
 * How features in the user's units become inputs: x / divisor, or (x - mean) / sd by column. `fill` has, by column, what stands for a
 * missing value (NaN); absent: none may be missing.
 */
export type StoredScaling = (
  | { readonly kind: 'divide'; readonly divisor: number }
  | { readonly kind: 'standardise'; readonly mean: readonly number[]; readonly sd: readonly number[] }
) & { readonly fill?: readonly number[] };

export type StoredTarget =
  | { readonly kind: 'class'; readonly classes: number; readonly names?: readonly string[] }
  | {
      readonly kind: 'real';
      readonly name?: string;
      readonly unit?: string;
      /** How it was standardised: y = mean + sd * output. */
      readonly mean: number;
      readonly sd: number;
      /**
       * Log of the noise's standard deviation, standardised: one number for each set of weights, or `start` + the second output of
       * each example.
       */
      readonly noise:
        | { readonly kind: 'constant'; readonly logSd: readonly number[] }
        | { readonly kind: 'per-input'; readonly start: number };
    };

/**
 * What is known of the weights:
 * - `point`: one network
 * - `gaussian`: N(mean, sd^2) of every weight; draw s has the epsilons of `fold(fold(key, 'sample', s), 'weight', <name>)`
 * - `members`: so many networks that predict together, and a mean network besides them if `mean` says so
 */
export type StoredPosterior =
  | { readonly kind: 'point' }
  | { readonly kind: 'gaussian'; readonly key: readonly [number, number] }
  | { readonly kind: 'members'; readonly count: number; readonly mean: boolean };

/** What was fitted on examples that neither training nor selection saw, for predictions of so many draws. */
export interface StoredCalibration {
  /** Draws that it was fitted for; 0 is the mean network. */
  readonly samples: number;
  /** Probabilities are softmax(log p / temperature). */
  readonly temperature?: number;
  /** A class is in the set if -log p is at most this; one number for each class, or for all of them; null is no limit. */
  readonly sets?: { readonly level: number; readonly threshold: number | null | readonly (number | null)[] };
  /** The interval is mean +- width; of `scaled`, width times the predictive standard deviation. null is no limit. */
  readonly interval?: {
    readonly level: number;
    readonly score: 'absolute' | 'scaled';
    readonly width: number | null;
  };
  /** An answer is "not sure" if its probability is below this: what is left is wrong in `risk` of the cases. */
  readonly sure?: { readonly risk: number; readonly probability: number };
}

/** All of a model but its numbers. */
export interface StoredModel {
  readonly inputShape: Shape;
  readonly scaling: StoredScaling;
  readonly target: StoredTarget;
  readonly layers: readonly StoredLayer[];
  readonly posterior: StoredPosterior;
  /** Draws that it predicts with unless told otherwise. */
  readonly samples: number;
  readonly calibration?: StoredCalibration;
  /** For people: method, pruner, sparsity, where it comes from. */
  readonly about?: Readonly<Record<string, string>>;
}

/** One tensor of weights, row-major. */
export interface StoredTensor {
  readonly shape: Shape;
  /** 1 keeps, 0 is pruned; absent where all are kept. */
  readonly keep?: Uint8Array;
  /** One number for each element, also for those that are pruned, which are 0. */
  readonly mean: Float32Array;
  /** Standard deviations of a Gaussian posterior. */
  readonly sd?: Float32Array;
}

/** `layers.<n>.weight` and `layers.<n>.bias`; of members `members.<m>.layers.<n>.weight`. */
export type StoredTensors = Readonly<Record<string, StoredTensor>>;
