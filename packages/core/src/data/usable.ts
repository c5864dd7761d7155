import { sizeOf } from '../network/shape.js';
import type { DataPart, Dataset, Features } from './dataset.js';
import { BbbError } from '../errors.js';
import { exampleIndex } from './example-index.js';

/**
 * Whether a network can be trained and measured on a set at all. (A set without test examples may have some held out of training.)
 * @throws BbbError `E_DATA_EMPTY` without training examples, `E_DATA_CLASSES` for training examples of a single class or target,
 *   `E_DATA_PIXELS` for training examples of a single feature value
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
      `The data set ${name} has one training example: it tells nothing apart.`,
      {
        hint: 'Give a set of more examples.',
      },
    );
  }
  if (isConstant(train.targets)) {
    const what =
      target.kind === 'class' ? `of class ${train.targets[0]}` : `of the target ${train.targets[0]}`;
    throw new BbbError(
      'E_DATA_CLASSES',
      `All ${train.count} training examples of ${name} are ${what}: there is nothing to tell apart.`,
      {
        hint: [
          ...notes,
          'Give a set with two classes, or two targets, at least. Are the targets those of another file?',
        ].join(' '),
      },
    );
  }
  if (isConstant(train.features)) {
    throw new BbbError(
      'E_DATA_PIXELS',
      `All features of the ${train.count} training examples of ${name} are ${train.features[0]}: there is nothing to learn from.`,
      { hint: 'Were images converted without scaling, or written before they were filled?' },
    );
  }
}

/**
 * Whether a set can stand for what a network was not trained on.
 * @throws BbbError `E_DATA_EMPTY` when it has no test examples, `E_DATA_SAME` when they are examples of the main set, or hold
 *   all test examples of it, `E_DATA_FILL` as `checkFill`
 */
export function checkOutside(dataset: Dataset, outside: Dataset): void {
  if (outside.test.count === 0) {
    throw new BbbError('E_DATA_EMPTY', `The out-of-distribution set ${outside.name} has no test examples.`, {
      hint: 'Its test examples are what is compared. Choose another set with --ood, or --ood none.',
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
 * Whether missing values of the test examples can be filled.
 * @param fitted whether the training data said with what
 */
export function checkFill({ name, missing, test }: Dataset, fitted: boolean): void {
  if (!missing || fitted || !test.features.includes(Number.NaN)) return;
  throw new BbbError(
    'E_DATA_FILL',
    `Test examples of ${name} have missing values, and the network was trained on data that have none.`,
    { hint: 'Leave such rows out (missing=drop), or train with missing=mean.' },
  );
}

const SAME = {
  hint: 'A set can not be told from itself. Choose another set with --ood, or --ood none.',
};

function isConstant(values: Features): boolean {
  const first = values[0];
  return values.every((value) => value === first);
}

/** Whether every example of `inner` is, byte for byte, one of `outer`: whatever their order, labels and names. */
function holdsAll(outer: DataPart, inner: DataPart, size: number): boolean {
  // Two sets that have nothing in common are told apart here, without an index of either.
  const first = inner.features.slice(0, size);
  if (shared(first, outer.features, size) === 0) return false;
  return shared(outer.features, inner.features, size) === inner.count;
}

/** How many examples of `inner` are examples of `outer`. */
function shared(outer: Features, inner: Features, size: number): number {
  const index = exampleIndex(outer, size);
  let count = 0;
  for (let at = 0; at < inner.length; at += size) if (index.has(inner, at)) count++;
  return count;
}

/** How many test examples of an out-of-distribution set are test and training examples of the main set. */
export function sharedWith(
  { inputShape, train, test }: Dataset,
  outside: Dataset,
): { readonly test: number; readonly train: number } {
  const size = sizeOf(inputShape);
  const { features } = outside.test;
  return { test: shared(test.features, features, size), train: shared(train.features, features, size) };
}
