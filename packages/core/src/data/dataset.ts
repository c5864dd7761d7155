import type { Shape } from '../network/shape.js';
import type { TableSpec } from './table.js';

/** What is predicted for an example: a class or a number. */
export type TargetSpec =
  | {
      readonly kind: 'class';
      /** Targets are 0 to classes - 1. */
      readonly classes: number;
      /** Names of the classes, if they have names. */
      readonly names?: readonly string[];
    }
  | {
      readonly kind: 'real';
      /** Name of the target, e.g. `price`. */
      readonly name?: string;
      /** Unit, for people, e.g. `EUR`. */
      readonly unit?: string;
    };

/** Features, row by row: bytes (pixels, 0 to 255) or float32 (finite numbers in the user's own units). */
export type Features = Uint8Array | Float32Array;
/** One class index (a byte: 256 classes at most) or one real number for each example. */
export type Targets = Uint8Array | Float32Array;

/** How missing values, which are NaN in the features, are filled. The values to fill with are fitted on the training split alone. */
export interface MissingValues {
  /** Numbers are filled with the mean or the median of their column. */
  readonly fill: 'mean' | 'median';
  /** Inputs that together are one category, as [first, width]: these are filled with the most frequent category. Default: none. */
  readonly categories?: readonly (readonly [first: number, width: number])[];
}

/** Examples of one part of a data set. For threads to share the arrays, they must be views of shared memory. */
export interface DataPart {
  /** `[count, ...inputShape]`, row-major, channels last. */
  readonly features: Features;
  /** `[count]`: bytes for classes, float32 in their own unit for real targets. */
  readonly targets: Targets;
  /** Number of examples. */
  readonly count: number;
}

/**
 * A data set in memory. It is a plain object: `postMessage` and `structuredClone` do not copy arrays in shared memory, so a hundred workers
 * use one copy.
 */
export interface Dataset {
  /** Its name in results, tables and figures. */
  readonly name: string;
  /** Shape of one example: `[28, 28, 1]` for grey images, `[13]` for rows of a table. */
  readonly inputShape: Shape;
  /** The target: a class, or a real number. */
  readonly target: TargetSpec;
  /** The examples to train on. A trial may hold out some of it for validation and for testing. */
  readonly train: DataPart;
  /** The examples to test with, once, after training. This part may be empty: then a trial needs a `testFraction`. */
  readonly test: DataPart;
  /** SHA-256 (hexadecimal) of the data that were read, by file or by part. These hashes identify the data set. */
  readonly sha256: Readonly<Record<string, string>>;
  /** Where the data were read from. This does not identify them. */
  readonly source: string;
  /** The columns of the table that the features come from. Absent: features have no names. */
  readonly table?: TableSpec;
  /** Absent: no value is missing, and all features are finite. */
  readonly missing?: MissingValues;
  /** Sentences for people: how the data differ from what was read, e.g. labels from 1 that became classes from 0. */
  readonly notes?: readonly string[];
}
