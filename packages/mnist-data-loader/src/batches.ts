import { DataError } from './errors.js';

/** How many minibatches an epoch has; the last one may be smaller. */
export function batchCount(examples: number, batchSize: number): number {
  return Math.ceil(examples / batchSize);
}

/**
 * Cuts an order of indices into minibatches, the last partial one included. The batches are views, not copies.
 *
 * @throws DataError `E_DATA_BATCH` unless `batchSize` is a whole number from 1
 */
export function* batches(order: Uint32Array, batchSize: number): Generator<Uint32Array, void> {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new DataError(
      'E_DATA_BATCH',
      `A batch has at least one example; got a batch size of ${batchSize}.`,
      {
        hint: 'Choose a whole number, e.g. 128.',
      },
    );
  }
  for (let start = 0; start < order.length; start += batchSize)
    yield order.subarray(start, start + batchSize);
}
