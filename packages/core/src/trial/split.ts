import type { Key } from '@bbb/kernels';
import type { Dataset } from 'mnist-data-loader';
import { checkLearnable, checkOutside } from '../data/usable.js';
import { BbbError } from '../errors.js';
import { permutation } from '../random/draw.js';
import type { Examples } from './train.js';
import type { DataOptions } from './trial.js';

export interface Splits {
  readonly train: Examples;
  readonly validation: Examples;
  /** Looked at once, after training and selection are over. */
  readonly test: Examples;
}

/**
 * Whether a trial can use these data: what is wrong with them should not come out when the first trial runs.
 * @throws BbbError `E_DATA_SPLIT` when nothing is left to train on, `E_DATA_SHAPE` when images of the second set have another
 *   size, `E_DATA_NAME` when it has the name that results give the test images; as {@link checkLearnable} and {@link checkOutside}
 */
export function checkData(dataset: Dataset, options: DataOptions, outOfDistribution?: Dataset): void {
  checkLearnable(dataset);
  const { count } = dataset.train;
  if (options.validation >= count) {
    throw new BbbError(
      'E_DATA_SPLIT',
      `${options.validation} validation images leave none of ${count} to train on.`,
      { hint: `Choose --validation below ${count}.` },
    );
  }
  if (outOfDistribution?.name === 'test') {
    throw new BbbError(
      'E_DATA_NAME',
      'The out-of-distribution set is called "test", as the test images are.',
      {
        hint: 'Rename its folder.',
      },
    );
  }
  const size = ({ rows, cols }: Dataset): string => `${rows} x ${cols}`;
  if (outOfDistribution && size(outOfDistribution) !== size(dataset)) {
    throw new BbbError(
      'E_DATA_SHAPE',
      `Out-of-distribution images of ${outOfDistribution.name} are ${size(outOfDistribution)}, those of ${dataset.name} ${size(dataset)}.`,
      { hint: 'Choose another set with --ood, or --ood none.' },
    );
  }
  if (outOfDistribution) checkOutside(dataset, outOfDistribution);
}

/**
 * Validation images are the last ones of a keyed permutation of the training set; the test set is as published.
 * @throws BbbError as {@link checkData}
 */
export function splitData(dataset: Dataset, options: DataOptions, key: Key): Splits {
  checkData(dataset, options);
  const { count } = dataset.train;
  const available = count - options.validation;
  const order = permutation(key, count);
  const pixels = dataset.rows * dataset.cols;
  const examples = (part: 'train' | 'test', rows: Uint32Array): Examples => ({
    images: dataset[part].images,
    labels: dataset[part].labels,
    pixels,
    rows,
    divisor: options.divisor,
  });
  return {
    train: examples('train', order.slice(0, Math.min(available, options.limit ?? available))),
    validation: examples('train', order.slice(available).toSorted()),
    test: testExamples(dataset, options.divisor),
  };
}

/** A data set's test images in their published order. */
export function testExamples(dataset: Dataset, divisor: number): Examples {
  return {
    images: dataset.test.images,
    labels: dataset.test.labels,
    pixels: dataset.rows * dataset.cols,
    rows: Uint32Array.from({ length: dataset.test.count }, (_, i) => i),
    divisor,
  };
}
