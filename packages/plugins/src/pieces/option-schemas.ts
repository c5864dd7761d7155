import { z } from 'zod';
import { initialiserSchema, type Initialiser } from './initialiser.js';

/** Probability of dropping one unit or weight. */
export const probability = z.number().min(0).lt(1);

/**
 * Standard deviation of a prior. The kernels compute in float32: beyond these bounds, 1 / sigma^2 or the square of a gradient with it overflows
 * or underflows.
 */
export const standardDeviation = z
  .number()
  .min(1e-9, { error: 'at least 1e-9: the gradient of a narrower prior overflows float32' })
  .max(1e18, { error: 'at most 1e18: wider priors are flat to float32' });

/**
 * Initial value of every rho. Below the lower bound, sigma = log(1 + e^rho) is a denormal float32 number; below -104 it is 0, which means
 * pruned.
 */
export const startOfRho = z
  .number()
  .min(-80, { error: 'at least -80: sigma = log(1 + e^rho) is 0 to float32 not far below' });

/**
 * The option that says how weights start.
 *
 * @param standard the default
 */
export function initialiserOption(standard: Initialiser) {
  return initialiserSchema
    .default(standard)
    .describe('Where the weights start: fan-in (as torch.nn.Linear), he, or uniform with a bound.');
}
