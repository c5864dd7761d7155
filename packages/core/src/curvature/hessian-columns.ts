import type { Key } from '@bbb/kernels';
import { BbbError } from '../errors.js';
import { words, fold } from '@bbb/base';
import type { CurvatureInput, ForwardBatch } from './over-batches.js';

/**
 * For each column of a square root of the loss's Hessian in the outputs: writes it into the batch's slope, row by row, and calls `visit`.
 * What comes back from these slopes sums to the generalised Gauss-Newton matrix: sum_c (J^T s_c)(J^T s_c)^T = J^T H J.
 *
 * @param signs of these columns one sum alone, each row's with random signs: (sum_c +-s_c)(sum_c +-s_c)^T is H in expectation, and H itself
 *   where there is one column. Default: every column, exactly.
 * @throws BbbError `E_CURVATURE` for a likelihood that does not say what its Hessian is
 */
export function overHessianColumns(
  { ops, likelihood, network }: CurvatureInput,
  { outputs, slope, size, index }: ForwardBatch,
  visit: () => void,
  signs?: Key,
): void {
  if (!likelihood.hessianRoot) {
    throw new BbbError('E_CURVATURE', 'The likelihood does not say how its loss curves in the outputs.', {
      hint: 'Give it hessianRoot(outputs, parameters), or choose what needs no curvature.',
    });
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

/** One coin for each row and column; as unbiased as a label drawn from the predictions, and varies less. */
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

/** Of the largest element: what is smaller changes no sum, for its square is 1e-30 of the largest square. */
const FAINT = 1e-15;
/** Squares of what is smaller are denormal numbers of float32, which take many times as long. */
const DENORMAL = 1e-18;

/**
 * What counts as 0. A network that is sure of an example has slopes of 1e-20 there; as zeros, the kernels skip them.
 */
function faintest(columns: readonly Float64Array[]): number {
  const largest = columns.reduce(
    (most, column) => column.reduce((a, b) => Math.max(a, Math.abs(b)), most),
    0,
  );
  return Math.max(DENORMAL, FAINT * largest);
}
