import type { Dataset, LabelledImages } from 'mnist-data-loader';
import { BbbError } from '../errors.js';
import { countByClass } from './summary.js';

/**
 * Whether a classifier can be trained and measured on a set at all.
 * @throws BbbError `E_DATA_EMPTY` without training or test images, `E_DATA_CLASSES` for training images of a single class,
 *   `E_DATA_PIXELS` for training images of a single pixel value
 */
export function checkLearnable({ name, classes, train, test }: Dataset): void {
  for (const [part, { count }] of [['training', train] as const, ['test', test] as const]) {
    if (count > 0) continue;
    throw new BbbError('E_DATA_EMPTY', `The data set ${name} has no ${part} images.`, {
      hint: 'Give a set that has training and test images.',
    });
  }
  const counts = countByClass(train.labels, classes);
  const filled = counts.filter((count) => count > 0).length;
  if (filled < 2) {
    throw new BbbError(
      'E_DATA_CLASSES',
      `All ${train.count} training images of ${name} are of class ${train.labels[0]}: there is nothing to tell apart.`,
      { hint: 'Give a set with images of two classes at least. Are the labels those of another file?' },
    );
  }
  if (isConstant(train.images)) {
    throw new BbbError(
      'E_DATA_PIXELS',
      `All pixels of the ${train.count} training images of ${name} are ${train.images[0]}: there is nothing to learn from.`,
      { hint: 'Were the images converted without scaling, or written before they were filled?' },
    );
  }
}

/**
 * Whether a set can stand for what a network was not trained on.
 * @throws BbbError `E_DATA_EMPTY` when it has no test images, `E_DATA_SAME` when they are images of the main set
 */
export function checkOutside(dataset: Dataset, outside: Dataset): void {
  if (outside.test.count === 0) {
    throw new BbbError('E_DATA_EMPTY', `The out-of-distribution set ${outside.name} has no test images.`, {
      hint: 'Its test images are what is compared. Choose another set with --ood, or --ood none.',
    });
  }
  const pixels = dataset.rows * dataset.cols;
  for (const [part, words] of [['test', 'test'] as const, ['train', 'training'] as const]) {
    if (!holdsAll(dataset[part], outside.test, pixels)) continue;
    throw new BbbError(
      'E_DATA_SAME',
      `All test images of the out-of-distribution set ${outside.name} are ${words} images of ${dataset.name}.`,
      { hint: 'A set can not be told from itself. Choose another set with --ood, or --ood none.' },
    );
  }
}

function isConstant(pixels: Uint8Array): boolean {
  const first = pixels[0];
  return pixels.every((pixel) => pixel === first);
}

/** Whether every image of `inner` is, byte for byte, one of `outer`: whatever their order, labels and names. */
function holdsAll(outer: LabelledImages, inner: LabelledImages, pixels: number): boolean {
  // Two sets that have nothing in common are told apart here, without an index of either.
  if (!holdsFirst(outer, inner, pixels)) return false;
  const index = indexOf(outer, pixels);
  for (let at = 0; at < inner.images.length; at += pixels) {
    const candidates = index.get(hash(inner.images, at, pixels)) ?? [];
    if (!candidates.some((candidate) => same(outer.images, candidate, inner.images, at, pixels)))
      return false;
  }
  return true;
}

function holdsFirst(outer: LabelledImages, inner: LabelledImages, pixels: number): boolean {
  for (let at = 0; at < outer.images.length; at += pixels)
    if (same(outer.images, at, inner.images, 0, pixels)) return true;
  return false;
}

/** Offsets of images by a hash of their pixels. */
function indexOf({ images }: LabelledImages, pixels: number): ReadonlyMap<number, readonly number[]> {
  const index = new Map<number, number[]>();
  for (let at = 0; at < images.length; at += pixels) {
    const key = hash(images, at, pixels);
    const offsets = index.get(key);
    // A set may consist of one image a million times: copies need no entry of their own.
    if (!offsets) index.set(key, [at]);
    else if (!offsets.some((offset) => same(images, offset, images, at, pixels))) offsets.push(at);
  }
  return index;
}

/** FNV-1a, 32 bits. */
function hash(images: Uint8Array, at: number, pixels: number): number {
  let value = 0x811c9dc5;
  for (let i = at; i < at + pixels; i++) value = Math.imul(value ^ images[i]!, 0x01000193);
  return value;
}

function same(a: Uint8Array, atA: number, b: Uint8Array, atB: number, pixels: number): boolean {
  for (let i = 0; i < pixels; i++) if (a[atA + i] !== b[atB + i]) return false;
  return true;
}
