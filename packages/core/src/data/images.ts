import type { Dataset } from './dataset.js';

/** Labelled grey images, as readers of MNIST's format give them. */
export interface ImageSet {
  readonly name: string;
  /** Height and width of an image, in pixels. */
  readonly rows: number;
  readonly cols: number;
  /** Labels are 0 to classes - 1. */
  readonly classes: number;
  readonly train: ImagePart;
  readonly test: ImagePart;
  readonly sha256: Readonly<Record<string, string>>;
  readonly source: string;
  /** The label that each class has in the files. Absent: the number of the class. */
  readonly labels?: readonly number[];
  /** Sentences for people: how the data differ from what was read. */
  readonly notes?: readonly string[];
}

interface ImagePart {
  /** `[count, rows, cols]` bytes. */
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  readonly count: number;
}

/**
 * Grey images as a {@link Dataset} with one channel and class targets. The arrays are not copied.
 * @param set images of bytes with their labels
 */
export function imageDataset(set: ImageSet): Dataset {
  const { name, rows, cols, classes, train, test, sha256, source, labels, notes } = set;
  const part = ({ images, labels, count }: ImagePart): Dataset['train'] => ({
    features: images,
    targets: labels,
    count,
  });
  return {
    name,
    inputShape: [rows, cols, 1],
    target: { kind: 'class', classes, ...(labels ? { names: labels.map(String) } : {}) },
    train: part(train),
    test: part(test),
    sha256,
    source,
    ...(notes ? { notes } : {}),
  };
}
