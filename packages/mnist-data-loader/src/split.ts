import { DataError } from './errors.js';

/** Indices of training images, in the order they are to be used. */
export interface TrainValidation {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Holds out the last `validation` of `count` training images, in the order of `permutation` (default: file order, which
 * for MNIST is the split of 50,000 and 10,000 that the literature uses).
 *
 * @param validation 0 to count - 1
 * @throws DataError `E_DATA_SPLIT` when nothing is left to train on, or `permutation` is none of 0 to count - 1
 */
export function splitTrainValidation(
  count: number,
  validation: number,
  permutation?: ArrayLike<number>,
): TrainValidation {
  if (!Number.isInteger(validation) || validation < 0 || validation >= count) {
    throw new DataError('E_DATA_SPLIT', `Can't hold out ${validation} of ${count} training images.`, {
      hint: `Choose a whole number from 0 to ${count - 1}.`,
    });
  }
  const order = permutation ? checked(permutation, count) : Uint32Array.from({ length: count }, (_, i) => i);
  return { train: order.slice(0, count - validation), validation: order.slice(count - validation) };
}

function checked(permutation: ArrayLike<number>, count: number): Uint32Array {
  const seen = new Uint8Array(count);
  for (let i = 0; i < permutation.length; i++) {
    const index = permutation[i]!;
    if (!(index < count) || seen[index] !== 0) throw notAPermutation(count, `entry ${i} is ${index}`);
    seen[index] = 1;
  }
  if (permutation.length !== count) throw notAPermutation(count, `it has ${permutation.length} entries`);
  return Uint32Array.from(permutation);
}

function notAPermutation(count: number, why: string): DataError {
  return new DataError('E_DATA_SPLIT', `The order is no permutation of 0 to ${count - 1}: ${why}.`, {
    hint: 'Every training image has to be in it once.',
  });
}
