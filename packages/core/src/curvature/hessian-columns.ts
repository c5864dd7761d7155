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
  for (const column of likelihood.hessianRoot(ops.read(outputs), Object.fromEntries(own))) {
    ops.write(slope, column);
    visit();
  }
}
