import { BbbError } from '../errors.js';
import type { CurvatureInput, ForwardBatch } from './over-batches.js';

/**
 * For each column of a square root of the loss's Hessian in the outputs: writes it into the batch's slope, row by row, and calls `visit`.
 * What comes back from these slopes sums to the generalised Gauss-Newton matrix: sum_c (J^T s_c)(J^T s_c)^T = J^T H J.
 *
 * @throws BbbError `E_CURVATURE` for a likelihood that does not say what its Hessian is
 */
export function overHessianColumns(
  { ops, likelihood, network }: CurvatureInput,
  { outputs, slope }: ForwardBatch,
  visit: () => void,
): void {
  if (!likelihood.hessianRoot) {
    throw new BbbError('E_CURVATURE', 'The likelihood does not say how its loss curves in the outputs.', {
      hint: 'Give it hessianRoot(outputs, parameters), or choose what needs no curvature.',
    });
  }
  const own = Object.entries(network.likelihood).map(([name, x]) => [name, ops.read(x)] as const);
  const columns = likelihood.hessianRoot(ops.read(outputs), Object.fromEntries(own));
  const least = faintest(columns);
  for (const column of columns) {
    const clear = column.map((value) => (Math.abs(value) < least ? 0 : value));
    if (clear.every((value) => value === 0)) continue;
    ops.write(slope, clear);
    visit();
  }
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
