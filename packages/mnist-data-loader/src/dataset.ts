/** Labelled images. The arrays are views of shared memory: every thread that gets the object sees the same bytes. */
export interface LabelledImages {
  /** [count, rows, cols] uint8, row-major. */
  readonly images: Uint8Array;
  /** [count] class indices, each below `classes`. */
  readonly labels: Uint8Array;
  readonly count: number;
}

/** The four files of a set, by their usual stem. */
export const FILE_ROLES = ['train-images', 'train-labels', 't10k-images', 't10k-labels'] as const;
export type FileRole = (typeof FILE_ROLES)[number];

/**
 * A data set in memory. A plain object: `postMessage` and `structuredClone` keep the pixels shared, so a hundred workers
 * cost one copy.
 */
export interface Dataset {
  readonly name: string;
  /** Pixels of an image. */
  readonly rows: number;
  readonly cols: number;
  /** Labels are 0 to classes - 1. */
  readonly classes: number;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** SHA-256 of the uncompressed files, in hexadecimal. */
  readonly sha256: Readonly<Record<FileRole, string>>;
  /** The folder it was read from. Not part of what identifies the data: the hashes are. */
  readonly source: string;
  /** The label in the files of each class, where that is not the number of the class. */
  readonly labels?: readonly number[];
  /** What was done to the files' content to make this of it, in sentences for people: labels from 1 that became classes from 0, ... */
  readonly notes?: readonly string[];
}
