import type { PrunerDefinition } from '@bbb/core';
import { z } from 'zod';
import { aroundUnits, sumInto, sumOut, type AroundUnits } from './around-unit.js';
import { MOST } from './most.js';

export const unitSnrOptions = z.strictObject({});

/**
 * sqrt(sum mu^2 / sum sigma^2) over the weights into and out of each unit: the signal-to-noise ratio of its inputs and outputs. If all these
 * weights have sigma = 0, the unit scores the largest float32, or 0 if they are all 0.
 * @param around the weights into and out of the units of a layer
 */
export function unitSnrScore(around: AroundUnits): Float32Array {
  const { units, into, out } = around;
  const both = (pick: 'mu' | 'sigma'): Float64Array => {
    const [a, b] = [into[pick]!, out[pick]!];
    const outward = sumOut(around, (i) => b[i]! * b[i]!);
    return sumInto(around, (i) => a[i]! * a[i]!).map((sum, unit) => sum + outward[unit]!);
  };
  const [signal, noise] = [both('mu'), both('sigma')];
  return Float32Array.from({ length: units }, (_, unit) =>
    signal[unit] === 0 ? 0 : Math.min(MOST, Math.sqrt(signal[unit]! / noise[unit]!)),
  );
}

export const unitSnr: PrunerDefinition<z.output<typeof unitSnrOptions>> = {
  description:
    'Removes the hidden units whose weights have the lowest signal-to-noise ratio together. Needs a sigma.',
  source: 'The criterion of Blundell et al. 2015, section 5.1, over the weights of a unit',
  options: unitSnrOptions,
  granularity: 'unit',
  needsSigma: true,
  create: () => ({ score: (weights, _key, context) => unitSnrScore(aroundUnits(weights, context)) }),
};
