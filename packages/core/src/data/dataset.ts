import type { Shape } from '../network/shape.js';

/** What is predicted of an example. */
export type TargetSpec =
  | {
      readonly kind: 'class';
      /** Targets are 0 to classes - 1. */
      readonly classes: number;
      /** By class, if they have names. */
      readonly names?: readonly string[];
    }
  | {
      readonly kind: 'real';
      /** What it is called, e.g. `price`. */
      readonly name?: string;
      /** For people, e.g. `EUR`. */
      readonly unit?: string;
    };

/** Inputs: bytes (pixels, 0 to 255) or float32 (finite numbers in the user's own units), row by row. */
export type Features = Uint8Array | Float32Array;
/** One class index (a byte: 256 classes at most) or one real number for each example. */
export type Targets = Uint8Array | Float32Array;

/** What stands for missing values, which are NaN in the features. It is fitted on the training split alone. */
export interface MissingValues {
  /** Mean or median of the column. */
  readonly fill: 'mean' | 'median';
  /** Columns that are one category together, as [first, width]: the most frequent one stands for it. Default: none. */
  readonly categories?: readonly (readonly [first: number, width: number])[];
}

/** Examples of one part of a data set. The arrays are views of shared memory where threads are to share them. */
export interface DataPart {
  /** `[count, ...inputShape]`, row-major, channels last. */
  readonly features: Features;
  /** `[count]`: bytes for classes, float32 in their own unit for real targets. */
  readonly targets: Targets;
  /** Examples. */
  readonly count: number;
}

/**
 * A data set in memory. A plain object: `postMessage` and `structuredClone` keep arrays in shared memory shared, so a hundred
 * workers cost one copy.
 */
export interface Dataset {
  /** What it is called in results, tables and figures. */
  readonly name: string;
  /** Of one example: `[28, 28, 1]` for grey images, `[13]` for rows of a table. */
  readonly inputShape: Shape;
  /** What is predicted: one of so many classes, or a real number. */
  readonly target: TargetSpec;
  /** What trials train on; a trial may hold some of it out for validation, and for testing. */
  readonly train: DataPart;
  /** Looked at once, after training. May be empty: then a trial needs a `testFraction`. */
  readonly test: DataPart;
  /** SHA-256 of what was read, hexadecimal, by file or by part: what identifies the data. */
  readonly sha256: Readonly<Record<string, string>>;
  /** Where it was read from. Not part of what identifies the data. */
  readonly source: string;
  /** Names of the features of one example, for people; absent where they have none. */
  readonly columns?: readonly string[];
  /** Absent: no value is missing, and all features are finite. */
  readonly missing?: MissingValues;
  /** What was done to what was read, in sentences for people: labels from 1 that became classes from 0, ... */
  readonly notes?: readonly string[];
}
