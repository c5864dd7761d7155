/** The content of `models.json`, which describes the models of the page. */
export interface Manifest {
  /** Rows and columns of an image. */
  readonly imageShape: readonly [number, number];
  /** Names of the classes, in their order. */
  readonly classes: readonly string[];
  readonly method: string;
  readonly dataset: string;
  /** Number of draws that predict together. 0 means the mean network. */
  readonly samples: number;
  /** Models by ascending share. */
  readonly models: readonly ModelEntry[];
  readonly examples: readonly ExampleEntry[];
}

export interface ModelEntry {
  /** Fraction of its weights that was removed. */
  readonly share: number;
  readonly file: string;
  /** Size of the file. */
  readonly bytes: number;
  readonly kept: number;
  readonly weights: number;
  /** Accuracy on the test set, as a fraction, if it was measured. */
  readonly accuracy?: number;
  /** Promised coverage of the sets, as a fraction, if the model has sets. */
  readonly level?: number;
  /** An image with a higher predictive entropy than this, nats, is unlike those that the model was calibrated on. */
  readonly unusual?: number;
}

/** An image of the test set. */
export interface ExampleEntry {
  readonly label: number;
  /** Base64, one byte for each pixel. */
  readonly pixels: string;
}
