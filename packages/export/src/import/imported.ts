import { BbbError, type Shape } from '@bbb/core';

/** A layer as the networks `mlp` and `cnn` of `@bbb/plugins` describe it. */
export type ImportedLayer =
  | { readonly kind: 'dense'; readonly units: number }
  | {
      readonly kind: 'conv2d';
      readonly filters: number;
      readonly kernel: readonly [number, number];
      readonly stride: readonly [number, number];
      readonly padding: 'valid' | 'same';
    }
  | {
      readonly kind: 'max-pool' | 'average-pool';
      readonly size: readonly [number, number];
      readonly stride: readonly [number, number];
      readonly padding: 'valid' | 'same';
    }
  | { readonly kind: 'flatten' | 'relu' | 'tanh' };

/** A network that another program trained, in the form that bbb uses. */
export interface ImportedNetwork {
  /** Shape of one example, channels last. Absent if the file does not say it. */
  readonly inputShape?: Shape;
  /** The last one gives the outputs: logits, or real numbers. */
  readonly layers: readonly ImportedLayer[];
  /** `layers.<n>.weight` (`[inputs, outputs]`, or `[height, width, channels in, filters]`) and `layers.<n>.bias`, by name. */
  readonly weights: Readonly<Record<string, Float32Array>>;
  /** The divisor of the features, if the file names it. */
  readonly divisor?: number;
}

/** Most layers that a file may have, and most elements of one tensor. No network that bbb trains has more. */
export const MOST_LAYERS = 200;
export const MOST_ELEMENTS = 2 ** 26;

/** The error for a file that is damaged or holds no network that can be imported. */
export function unfit(what: string, hint: string, cause?: unknown): BbbError {
  return new BbbError('E_IMPORT', `This network can't be imported: ${what}.`, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Number of elements of a shape that a file claims. @throws BbbError `E_IMPORT` for more than fit into memory */
export function elementsOf(name: string, shape: readonly number[]): number {
  const elements = shape.reduce((product, n) => product * n, 1);
  if (elements <= MOST_ELEMENTS) return elements;
  throw unfit(`"${name}" has ${elements} elements`, `${MOST_ELEMENTS} are the most.`);
}
