import { z } from 'zod';

/** How the complexity cost is distributed over the minibatches of an epoch. The shares of each scheme add up to 1. */
export const klWeightingSchema = z.enum(['uniform', 'blundell']);
export type KlWeighting = z.output<typeof klWeightingSchema>;

/**
 * pi_i, the share of KL[q || P] in the cost of minibatch i (Blundell et al. 2015, section 3.4).
 * - `uniform`: 1/M (equation 8; Graves 2011).
 * - `blundell`: 2^(M-i) / (2^M - 1) (equation 9), computed as 2^-i / (1 - 2^-M), so that no power overflows. The share of late minibatches in
 *   long epochs is 0, because 2^-i is below the smallest double.
 *
 * @param index number of the minibatch in the epoch, from 0: i - 1
 * @param batches number of minibatches in the epoch: M
 */
export function klWeight(weighting: KlWeighting, index: number, batches: number): number {
  return weighting === 'uniform'
    ? 1 / batches
    : negativePowerOfTwo(index + 1) / (1 - negativePowerOfTwo(batches));
}

/** 2^-n, exact, by halving. */
function negativePowerOfTwo(n: number): number {
  let power = 1;
  for (let i = 0; i < n && power > 0; i++) power /= 2;
  return power;
}
