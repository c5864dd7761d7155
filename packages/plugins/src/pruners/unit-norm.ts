import type { PrunerDefinition } from '@bbb/core';
import { z } from 'zod';
import { aroundUnits, sumInto, sumOut, type AroundUnits } from './around-unit.js';
import { MOST } from './most.js';

export const unitNormOptions = z.strictObject({
  of: z
    .enum(['in', 'out', 'both'])
    .default('both')
    .describe('Which weights: those into the unit, those out of it, or the product of both norms.'),
});
export type UnitNormOptions = z.output<typeof unitNormOptions>;

/**
 * Root mean square of the weights into or out of each unit. The mean makes layers of different widths comparable. The product of both does not
 * change if the weights into a ReLU unit are multiplied by a factor and the weights out of it are divided by it.
 * @param around the weights into and out of the units of a layer
 * @param of which weights count: those into the units, those out of them, or the product of both
 */
export function unitNormScore(around: AroundUnits, of: UnitNormOptions['of']): Float32Array {
  const { units, into, out } = around;
  const square = (mu: Float32Array) => (i: number) => mu[i]! * mu[i]!;
  const within = sumInto(around, square(into.mu));
  const beyond = sumOut(around, square(out.mu));
  const rms = (sum: number, weights: number): number => Math.sqrt((sum * units) / weights);
  return Float32Array.from(within, (sum, unit) => {
    const [a, b] = [rms(sum, into.mu.length), rms(beyond[unit]!, out.mu.length)];
    return Math.min(MOST, of === 'in' ? a : of === 'out' ? b : a * b);
  });
}

export const unitNorm: PrunerDefinition<UnitNormOptions> = {
  description: 'Removes the hidden units (neurons, channels) with the smallest weights into and out of them.',
  source: 'Li et al. 2017, arXiv 1608.08710; norms of both sides: Neyshabur et al. 2015, arXiv 1506.02617',
  options: unitNormOptions,
  granularity: 'unit',
  create: ({ of }) => ({
    score: (weights, _key, context) => unitNormScore(aroundUnits(weights, context), of),
  }),
};
