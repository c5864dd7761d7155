import type { PrunerDefinition } from '@bbb/core';
import { z } from 'zod';
import { aroundUnits, sumOut, type AroundUnits } from './around-unit.js';
import { MOST } from './most.js';

export const unitTaylorOptions = z.strictObject({});

/**
 * abs(sum over the weights out of the unit of w dL/dw) = abs(mean of a dL/da): how much the loss changes, to first order, when the output of the
 * unit becomes 0.
 * @param around the weights into and out of the units of a layer
 * @param gradient of the mean negative log-likelihood with respect to the weights out of the layer
 */
export function unitTaylorScore(around: AroundUnits, gradient: ArrayLike<number>): Float32Array {
  const { mu } = around.out;
  return Float32Array.from(
    sumOut(around, (i) => mu[i]! * gradient[i]!),
    (sum) => Math.min(MOST, Math.abs(sum)),
  );
}

export const unitTaylor: PrunerDefinition<z.output<typeof unitTaylorOptions>> = {
  description:
    'Removes the hidden units whose silence changes the loss least, to first order. Looks at the training examples.',
  source: 'Molchanov et al. 2017, arXiv 1611.06440, equation 8',
  options: unitTaylorOptions,
  granularity: 'unit',
  needs: ['examples'],
  create: () => ({
    score(weights, _key, context) {
      const around = aroundUnits(weights, context);
      return unitTaylorScore(around, context.statistics(around.out).gradient());
    },
  }),
};
