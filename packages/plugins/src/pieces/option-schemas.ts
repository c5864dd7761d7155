import { z } from 'zod';
import { initialiserSchema, type Initialiser } from './initialiser.js';

/** Probability of dropping one unit or weight. */
export const probability = z.number().min(0).lt(1);

/**
 * Of a prior. The kernels compute in float32: beyond these bounds 1 / sigma^2, or the square of a gradient that has it, leaves its range.
 */
export const standardDeviation = z
  .number()
  .min(1e-9, { error: 'at least 1e-9: the gradient of a narrower prior overflows float32' })
  .max(1e18, { error: 'at most 1e18: wider priors are flat to float32' });

/** Where every rho starts. Below, sigma = log(1 + e^rho) leaves the normal range of float32, and from -104 on it is 0: a pruned weight. */
export const startOfRho = z
  .number()
  .min(-80, { error: 'at least -80: sigma = log(1 + e^rho) is 0 to float32 not far below' });

export function initialiserOption(standard: Initialiser) {
  return initialiserSchema
    .default(standard)
    .describe('Where the weights start: fan-in (as torch.nn.Linear), he, or uniform with a bound.');
}
