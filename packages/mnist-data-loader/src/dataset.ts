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
 * A data set in memory. It is a plain object, so `postMessage` and `structuredClone` keep the pixels shared: a
 * hundred workers use one copy.
 */
export interface Dataset {
  readonly name: string;
  /** Height and width of an image, in pixels. */
  readonly rows: number;
  readonly cols: number;
  /** Labels are 0 to classes - 1. */
  readonly classes: number;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** SHA-256 of the uncompressed files, in hexadecimal. */
  readonly sha256: Readonly<Record<FileRole, string>>;
  /** The folder that it was read from. Only the hashes identify the data. */
  readonly source: string;
  /** The label of each class in the files. Absent if it is the number of the class. */
  readonly labels?: readonly number[];
  /** How the content of the files was changed, in sentences for the user, e.g. that labels from 1 became classes from 0. */
  readonly notes?: readonly string[];
}
