import type { Key } from '@bbb/kernels';
import { BbbError } from '../errors.js';
import { words, fold } from '@bbb/base';
import type { CurvatureInput, ForwardBatch } from './over-batches.js';

/**
 * For each column s_c of a square root of the Hessian of the loss with respect to the outputs: writes the column into the slope of the batch,
 * and calls `visit`. The backward passes of these slopes add up to the generalised Gauss-Newton matrix:
 * sum_c (J^T s_c)(J^T s_c)^T = J^T H J.
 *
 * @param signs if given, only one sum of the columns is used, with random signs for each row: the expectation of
 *   (sum_c +-s_c)(sum_c +-s_c)^T is H, and with one column it is H itself. Default: every column, which is exact
 * @throws BbbError `E_CURVATURE` for a likelihood without `hessianRoot`
 */
export function overHessianColumns(
  { ops, likelihood, network }: CurvatureInput,
  { outputs, slope, size, index }: ForwardBatch,
  visit: () => void,
  signs?: Key,
): void {
  if (!likelihood.hessianRoot) {
    throw new BbbError(
      'E_CURVATURE',
      'The likelihood has no hessianRoot(), from which the curvature is computed.',
      {
        hint: 'Give it hessianRoot(outputs, parameters), or choose a method or pruner that needs no curvature.',
      },
    );
  }
  const own = Object.entries(network.likelihood).map(([name, x]) => [name, ops.read(x)] as const);
  const all = likelihood.hessianRoot(ops.read(outputs), Object.fromEntries(own));
  const columns = signs ? [signedSum(all, size, fold(signs, 'batch', index))] : all;
  const least = faintest(columns);
  for (const column of columns) {
    const clear = column.map((value) => (Math.abs(value) < least ? 0 : value));
    if (clear.every((value) => value === 0)) continue;
    ops.write(slope, clear);
    visit();
  }
}

/** One random sign for each row and column. Like labels drawn from the predictions, this is unbiased, and it has a smaller variance. */
function signedSum(columns: readonly Float64Array[], rows: number, key: Key): Float64Array {
  const coins = words(key);
  const sum = new Float64Array(columns[0]!.length);
  const outputs = sum.length / rows;
  for (const column of columns) {
    let word = 0;
    for (let row = 0; row < rows; row++) {
      if (row % 32 === 0) word = coins.next().value;
      const sign = (word >>> (row % 32)) & 1 ? 1 : -1;
      for (let i = row * outputs; i < (row + 1) * outputs; i++) sum[i]! += sign * column[i]!;
    }
  }
  return sum;
}

/** As a share of the largest element: smaller elements change no sum, because their squares are below 1e-30 of the largest square. */
const FAINT = 1e-15;
/** Squares of smaller elements are denormal float32 numbers, with which arithmetic is many times slower. */
const DENORMAL = 1e-18;

/**
 * Elements below this number count as 0. A network that is sure about an example has slopes of 1e-20 there, and kernels skip zeros.
 */
function faintest(columns: readonly Float64Array[]): number {
  const largest = columns.reduce(
    (most, column) => column.reduce((a, b) => Math.max(a, Math.abs(b)), most),
    0,
  );
  return Math.max(DENORMAL, FAINT * largest);
}
