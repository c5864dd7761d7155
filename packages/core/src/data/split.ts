import type { Key } from '@bbb/kernels';
import { BbbError } from '../errors.js';
import { shapeText, sizeOf } from '../network/shape.js';
import { permutation } from '@bbb/base';
import type { DataOptions } from '../trial/trial.js';
import type { Dataset } from './dataset.js';
import { fitFill } from './missing.js';
import { checkFill, checkLearnable, checkOutside } from './usable.js';
import { allExamples, type Examples } from './examples.js';
import { fitTarget, standardise, type Preprocessing } from './preprocessing.js';
import { stratified } from './stratify.js';

export interface Splits {
  readonly train: Examples;
  /** The examples that selection uses, e.g. of the best epoch. */
  readonly validation: Examples;
  /**
   * The examples that temperatures and conformal sets are fitted on. With `data.calibration`: that number of held-out examples, which are
   * not in `validation`. With `data.testCalibration`: that number of test examples, which are not in `test`. Without either: half of the
   * examples in `validation`, at most `MOST_CALIBRATION`.
   */
  readonly calibration: Examples;
  /** The examples to test with, once, after training and selection. */
  readonly test: Examples;
}

/**
 * With 2,000 calibration scores, the true coverage of a 90 % quantile lies within 0.7 points (one standard deviation) of 90 %. 10,000 test
 * examples and a few seeds can't show a smaller difference, so more calibration examples would only cost time.
 */
const MOST_CALIBRATION = 2000;

/** Number of training examples that a trial holds out for testing, if the set has no test examples of its own. */
function heldOut({ train }: Dataset, { testFraction = 0 }: DataOptions): number {
  return Math.round(testFraction * train.count);
}

/**
 * Checks that a trial can use these data. A sweep calls it before it starts, so that the user learns at once what is wrong.
 * @param dataset the data set
 * @param options how the trial uses it: limits, scaling, held-out parts
 * @param outOfDistribution the out-of-distribution set, if there is one
 * @throws BbbError `E_DATA_SPLIT` if no example is left to train on, `E_DATA_EMPTY` if there is none to test with; `E_DATA_MISMATCH` if
 *   out-of-distribution examples have another shape, `E_DATA_NAME` if their set is called `test`; `E_DATA_EMPTY`, `E_DATA_CLASSES` or
 *   `E_DATA_PIXELS` for data that nothing can be learned from; also what {@link checkOutside} throws
 */
export function checkData(dataset: Dataset, options: DataOptions, outOfDistribution?: Dataset): void {
  checkLearnable(dataset);
  const { count } = dataset.train;
  const test = heldOut(dataset, options);
  if (dataset.test.count === 0 && test === 0) {
    throw new BbbError('E_DATA_EMPTY', `The data set ${dataset.name} has no test examples.`, {
      hint: 'Hold some out: --test-fraction 0.1.',
    });
  }
  if (options.validation + test >= count) {
    throw new BbbError(
      'E_DATA_SPLIT',
      test === 0
        ? `${options.validation} validation examples of ${count} leave none to train on.`
        : `${options.validation} validation and ${test} test examples of ${count} leave none to train on.`,
      {
        hint: `Choose --validation below ${count - test}, e.g. a tenth: --validation ${Math.round((count - test) / 10)}.`,
      },
    );
  }
  if ((options.calibration ?? 0) > options.validation) {
    throw new BbbError(
      'E_DATA_SPLIT',
      `${options.calibration} calibration examples can't be taken from ${options.validation} validation examples.`,
      { hint: `Choose --calibration up to ${options.validation}, or a larger --validation.` },
    );
  }
  checkTestCalibration(options, test > 0 ? test : dataset.test.count);
  if (outOfDistribution?.name === 'test') {
    throw new BbbError(
      'E_DATA_NAME',
      'The out-of-distribution set is called "test", as the test examples are.',
      { hint: 'Rename its folder.' },
    );
  }
  if (outOfDistribution && shapeText(outOfDistribution.inputShape) !== shapeText(dataset.inputShape)) {
    throw new BbbError(
      'E_DATA_MISMATCH',
      `Out-of-distribution examples of ${outOfDistribution.name} are ${shapeText(outOfDistribution.inputShape)}, those of ${dataset.name} ${shapeText(dataset.inputShape)}.`,
      { hint: 'Choose another set with --ood, or --ood none.' },
    );
  }
  if (outOfDistribution) checkOutside(dataset, outOfDistribution);
}

function checkTestCalibration({ testCalibration = 0 }: DataOptions, count: number): void {
  if (testCalibration < count) return;
  throw new BbbError(
    'E_DATA_SPLIT',
    `${testCalibration} test examples of ${count} to calibrate on leave none to test with.`,
    { hint: `Choose --calibration below ${count}.` },
  );
}

/**
 * Splits the training part by a keyed permutation: first the examples to train on, then those for validation, then (with `testFraction`)
 * those for testing. Without `testFraction` the test set is the published one, without the examples of `testCalibration`. With `stratify`,
 * each part has the same share of every class. Preprocessing is fitted on the examples to train on, and on nothing else.
 *
 * @param dataset the data set
 * @param options how the trial uses it: limits, scaling, held-out parts
 * @param key the same key gives the same split
 * @throws BbbError as {@link checkData}
 */
export function splitData(dataset: Dataset, options: DataOptions, key: Key): Splits {
  checkData(dataset, options);
  const { count } = dataset.train;
  const test = heldOut(dataset, options);
  const available = count - options.validation - test;
  const random = permutation(key, count);
  const order = options.stratify
    ? stratified(dataset, random, { validation: options.validation, test })
    : random;
  const trainRows = order.slice(0, Math.min(available, options.limit ?? available));
  const preprocessing = fitPreprocessing(dataset, options, trainRows);
  const { calibration } = options;
  // Not sorted yet: any slice of a permutation is a random sample.
  const held = order.slice(available, count - test);
  const kept = held.length - (calibration ?? 0);
  const half = Math.min(Math.floor(held.length / 2), MOST_CALIBRATION);
  const part = (rows: Uint32Array): Examples => ({
    features: dataset.train.features,
    targets: dataset.train.targets,
    inputShape: dataset.inputShape,
    rows,
    preprocessing,
  });
  const splits = {
    train: part(trainRows),
    validation: part(held.slice(0, kept).toSorted()),
    calibration: part((calibration === undefined ? held.slice(0, half) : held.slice(kept)).toSorted()),
    test: test > 0 ? part(order.slice(count - test).toSorted()) : testExamples(dataset, preprocessing),
  };
  return { ...splits, ...calibratedOnTest(splits.test, options, key) };
}

/** A part of the test examples, and the others. */
function calibratedOnTest(test: Examples, { testCalibration }: DataOptions, key: Key): Partial<Splits> {
  if (testCalibration === undefined) return {};
  const rows = permutation(key, test.rows.length).map((i) => test.rows[i]!);
  return {
    calibration: { ...test, rows: rows.slice(0, testCalibration).toSorted() },
    test: { ...test, rows: rows.slice(testCalibration).toSorted() },
  };
}

function fitPreprocessing(dataset: Dataset, options: DataOptions, rows: Uint32Array): Preprocessing {
  const { features, targets } = dataset.train;
  const columns = sizeOf(dataset.inputShape);
  const fill = dataset.missing && fitFill(features, columns, rows, dataset.missing);
  // Columns of a table have no common scale; the bytes of a picture have one.
  const scaling = options.scaling ?? (features instanceof Uint8Array ? 'divide' : 'standardise');
  return {
    input:
      scaling === 'standardise'
        ? standardise(features, columns, rows, fill)
        : { kind: 'divide', divisor: options.divisor, ...(fill ? { fill } : {}) },
    ...(dataset.target.kind === 'real' ? { target: fitTarget(targets, rows) } : {}),
    ...(dataset.table ? { table: dataset.table } : {}),
  };
}

/**
 * The test examples of a data set, in their published order.
 * @param dataset the data set
 * @param preprocessing how features become inputs, as fitted on the training examples
 * @throws BbbError `E_DATA_FILL` for missing values, if the training data had none
 */
export function testExamples(dataset: Dataset, preprocessing: Preprocessing): Examples {
  checkFill(dataset, preprocessing.input.fill !== undefined);
  return allExamples(dataset.test, dataset, preprocessing);
}
