import { sizeOf } from '../network/shape.js';
import type { DataPart, Dataset, Features } from './dataset.js';
import { BbbError } from '../errors.js';

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
 *   all test examples of it
 */
export function checkOutside(dataset: Dataset, outside: Dataset): void {
  if (outside.test.count === 0) {
    throw new BbbError('E_DATA_EMPTY', `The out-of-distribution set ${outside.name} has no test examples.`, {
      hint: 'Its test examples are what is compared. Choose another set with --ood, or --ood none.',
    });
  }
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
  if (!holdsFirst(outer, inner, size)) return false;
  const index = indexOf(outer, size);
  const bits = bitsOf(inner.features);
  for (let at = 0; at < inner.features.length; at += size) {
    const candidates = index.get(hash(bits, at, size)) ?? [];
    if (!candidates.some((candidate) => same(outer.features, candidate, inner.features, at, size)))
      return false;
  }
  return true;
}

function holdsFirst(outer: DataPart, inner: DataPart, size: number): boolean {
  for (let at = 0; at < outer.features.length; at += size)
    if (same(outer.features, at, inner.features, 0, size)) return true;
  return false;
}

/** Offsets of examples by a hash of their features. */
function indexOf({ features }: DataPart, size: number): ReadonlyMap<number, readonly number[]> {
  const index = new Map<number, number[]>();
  const bits = bitsOf(features);
  for (let at = 0; at < features.length; at += size) {
    const key = hash(bits, at, size);
    const offsets = index.get(key);
    // A set may consist of one example a million times: copies need no entry of their own.
    if (!offsets) index.set(key, [at]);
    else if (!offsets.some((offset) => same(features, offset, features, at, size))) offsets.push(at);
  }
  return index;
}

/** Floats as their bits: as integers, all fractions would be 0 and have one hash. */
function bitsOf(features: Features): Uint8Array | Uint32Array {
  return features instanceof Uint8Array
    ? features
    : new Uint32Array(features.buffer, features.byteOffset, features.length);
}

/** FNV-1a over whole elements, 32 bits. */
function hash(bits: Uint8Array | Uint32Array, at: number, size: number): number {
  let value = 0x811c9dc5;
  for (let i = at; i < at + size; i++) value = Math.imul(value ^ bits[i]!, 0x01000193);
  return value;
}

function same(a: Features, atA: number, b: Features, atB: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (a[atA + i] !== b[atB + i]) return false;
  return true;
}
