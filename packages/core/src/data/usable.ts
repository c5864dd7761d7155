import { sizeOf } from '../network/shape.js';
import type { DataPart, Dataset, Features } from './dataset.js';
import { BbbError } from '../errors.js';
import { exampleIndex } from './example-index.js';

/**
 * Checks that a network can learn something from a set. It may have no test examples: a trial can hold some out.
 * @throws BbbError `E_DATA_EMPTY` without training examples, `E_DATA_CLASSES` if all of them have the same class or target,
 *   `E_DATA_PIXELS` if all their features are the same number
 */
export function checkLearnable({ name, target, train, notes = [] }: Dataset): void {
  if (train.count === 0) {
    throw new BbbError('E_DATA_EMPTY', `The data set ${name} has no training examples.`, {
      hint: 'Give a set that has training examples.',
    });
  }
  if (train.count === 1) {
    throw new BbbError(
      'E_DATA_CLASSES',
      `The data set ${name} has a single training example; training needs two with different targets.`,
      {
        hint: 'Give a data set with more examples.',
      },
    );
  }
  if (isConstant(train.targets)) {
    const what =
      target.kind === 'class' ? `of class ${train.targets[0]}` : `of the target ${train.targets[0]}`;
    throw new BbbError(
      'E_DATA_CLASSES',
      `All ${train.count} training examples of ${name} are ${what}; training needs two different targets.`,
      {
        hint: [
          ...notes,
          'Give a data set with two different classes or targets at least. Check that the targets belong to these examples.',
        ].join(' '),
      },
    );
  }
  if (isConstant(train.features)) {
    throw new BbbError(
      'E_DATA_PIXELS',
      `All features of the ${train.count} training examples of ${name} are ${train.features[0]}: there is nothing to learn from.`,
      { hint: 'Convert the data again: fractions from 0 to 1 that are cut to whole numbers give this.' },
    );
  }
}

/**
 * Checks that a set can be used as out-of-distribution set.
 * @param dataset the data set
 * @param outside the out-of-distribution set
 * @throws BbbError `E_DATA_EMPTY` without test examples; `E_DATA_SAME` if all of them are examples of the main set, or if they contain all
 *   test examples of the main set; `E_DATA_FILL` as `checkFill`
 */
export function checkOutside(dataset: Dataset, outside: Dataset): void {
  if (outside.test.count === 0) {
    throw new BbbError('E_DATA_EMPTY', `The out-of-distribution set ${outside.name} has no test examples.`, {
      hint: 'bbb compares with its test examples. Choose another set with --ood, or --ood none.',
    });
  }
  checkFill(outside, dataset.missing !== undefined);
  const size = sizeOf(dataset.inputShape);
  for (const [part, words] of [['test', 'test'] as const, ['train', 'training'] as const]) {
    if (!holdsAll(dataset[part], outside.test, size)) continue;
    throw new BbbError(
      'E_DATA_SAME',
      `All test examples of the out-of-distribution set ${outside.name} are ${words} examples of ${dataset.name}.`,
      SAME,
    );
  }
  if (dataset.test.count > 0 && holdsAll(outside.test, dataset.test, size)) {
    throw new BbbError(
      'E_DATA_SAME',
      `The out-of-distribution set ${outside.name} holds all test examples of ${dataset.name}.`,
      SAME,
    );
  }
}

/**
 * Checks that missing values of the test examples can be filled.
 * @param fitted whether values to fill with were fitted on the training data
 * @throws BbbError `E_DATA_FILL`
 */
export function checkFill({ name, missing, test }: Dataset, fitted: boolean): void {
  if (!missing || fitted || !test.features.includes(Number.NaN)) return;
  throw new BbbError(
    'E_DATA_FILL',
    `Test examples of ${name} have missing values, but the training examples of the network had none, so there is no mean to fill in.`,
    { hint: 'Leave such rows out (missing=drop), or train with missing=mean.' },
  );
}

const SAME = {
  hint: 'Choose a set with other examples with --ood, or --ood none.',
};

function isConstant(values: Features): boolean {
  const first = values[0];
  return values.every((value) => value === first);
}

/** Whether every example of `inner` is, byte for byte, an example of `outer`. Order and targets do not matter. */
function holdsAll(outer: DataPart, inner: DataPart, size: number): boolean {
  // Most sets have nothing in common. One example is enough to see that, without an index of a whole set.
  const first = inner.features.slice(0, size);
  if (shared(first, outer.features, size) === 0) return false;
  return shared(outer.features, inner.features, size) === inner.count;
}

/** Number of examples of `inner` that are examples of `outer`. */
function shared(outer: Features, inner: Features, size: number): number {
  const index = exampleIndex(outer, size);
  let count = 0;
  for (let at = 0; at < inner.length; at += size) if (index.has(inner, at)) count++;
  return count;
}

/** Numbers of test examples of an out-of-distribution set that are test examples, and training examples, of the main set. */
export function sharedWith(
  { inputShape, train, test }: Dataset,
  outside: Dataset,
): { readonly test: number; readonly train: number } {
  const size = sizeOf(inputShape);
  const { features } = outside.test;
  return { test: shared(test.features, features, size), train: shared(train.features, features, size) };
}
