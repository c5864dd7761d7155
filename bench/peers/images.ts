import * as tf from '@tensorflow/tfjs-core';
import { loadDataset } from 'mnist-data-loader';

/** Images to train and evaluate on: 784 pixels each, one byte for each pixel. */
export interface Images {
  readonly name: string;
  readonly count: number;
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

export const INPUTS = 784;
export const CLASSES = 10;
/** Pixels are divided by this, as the study does. */
export const DIVISOR = 126;

/** The first images of MNIST's training set: four fifths of their pixels are zero. */
export async function mnist(count: number): Promise<Images> {
  const { train } = await loadDataset('mnist');
  return {
    name: 'MNIST',
    count,
    pixels: train.images.slice(0, count * INPUTS),
    labels: train.labels.slice(0, count),
  };
}

/** Images without zero pixels, to measure the kernels when they can skip nothing. */
export function noise(count: number): Images {
  return {
    name: 'noise',
    count,
    pixels: Uint8Array.from(
      { length: count * INPUTS },
      (_, i) => 1 + ((Math.imul(i, 2654435761) >>> 16) % 255),
    ),
    labels: Uint8Array.from({ length: count }, (_, i) => i % CLASSES),
  };
}

export interface Minibatch {
  /** [size, 784] */
  readonly x: tf.Tensor2D;
  readonly labels: Uint8Array;
}

/** All of the images, `size` at a time, as numbers. */
export function minibatches({ count, pixels, labels }: Images, size: number): Minibatch[] {
  return Array.from({ length: Math.floor(count / size) }, (_, i) => {
    const values = pixels.subarray(i * size * INPUTS, (i + 1) * size * INPUTS);
    return {
      x: tf.tensor2d(
        Float32Array.from(values, (p) => p / DIVISOR),
        [size, INPUTS],
      ),
      labels: labels.subarray(i * size, (i + 1) * size),
    };
  });
}

/** Gives the items one after the other, again and again. */
export function inTurn<T>(items: readonly T[]): () => T {
  let next = 0;
  return () => items[next++ % items.length]!;
}
