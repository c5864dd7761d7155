import type { Shape } from '../network/shape.js';
import type { DataPart, Dataset, Features, Targets } from './dataset.js';
import type { Preprocessing } from './preprocessing.js';

/** Examples of a split: `rows` picks those that belong to it. */
export interface Examples {
  /** All rows of the part, row-major, in the user's own units. */
  readonly features: Features;
  /** All targets of the part. They may be empty if only predictions are needed. */
  readonly targets: Targets;
  /** Shape of one example. */
  readonly inputShape: Shape;
  /** Which rows of the part, in order. */
  readonly rows: Uint32Array;
  /** How examples become inputs of a network. */
  readonly preprocessing: Preprocessing;
  /**
   * Called with a number of examples after a network has been computed for them, to report the progress of a measurement. No result depends
   * on it.
   */
  readonly onRows?: (rows: number) => void;
}

/**
 * The targets of these rows, as they are stored.
 * @param examples examples with their targets
 * @param rows numbers of the examples, from 0
 */
export function targetsOf({ targets }: Pick<Examples, 'targets'>, rows: Uint32Array): Targets {
  const picked = new (targets.constructor as new (length: number) => Targets)(rows.length);
  rows.forEach((row, i) => (picked[i] = targets[row]!));
  return picked;
}

/**
 * All examples of a part, in their order.
 * @param part features and targets
 * @param dataset the data set that it is a part of
 * @param preprocessing how features become inputs, as fitted on the training examples
 */
export function allExamples(
  { features, targets, count }: DataPart,
  { inputShape }: Pick<Dataset, 'inputShape'>,
  preprocessing: Preprocessing,
): Examples {
  const rows = Uint32Array.from({ length: count }, (_, i) => i);
  return { features, targets, inputShape, rows, preprocessing };
}
