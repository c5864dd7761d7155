/** What the page is told of its models: `models.json`, beside it. */
export interface Manifest {
  /** Rows and columns of an image. */
  readonly imageShape: readonly [number, number];
  /** What the classes are called, in their order. */
  readonly classes: readonly string[];
  readonly method: string;
  readonly dataset: string;
  /** Draws that predict together; 0: the mean network. */
  readonly samples: number;
  /** By ascending share. */
  readonly models: readonly ModelEntry[];
  readonly examples: readonly ExampleEntry[];
}

export interface ModelEntry {
  /** Of its weights, removed: fraction. */
  readonly share: number;
  readonly file: string;
  /** Of the file. */
  readonly bytes: number;
  readonly kept: number;
  readonly weights: number;
  /** On the test set, fraction, where it was measured. */
  readonly accuracy?: number;
  /** Share that the sets were made to cover, where they were. */
  readonly level?: number;
  /** Above this predictive entropy, nats, an image is unlike those that it was calibrated on. */
  readonly unusual?: number;
}

/** An image of the test set. */
export interface ExampleEntry {
  readonly label: number;
  /** Base64, a byte for each pixel. */
  readonly pixels: string;
}
