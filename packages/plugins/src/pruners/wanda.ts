import type { PrunerDefinition } from '@bbb/core';
import { z } from 'zod';
import { MOST } from './most.js';

export const wandaOptions = z.strictObject({});

/**
 * abs(w) times the root mean square of the input of the weight.
 * @param mu means of the weights of one tensor; of a point estimate the weights themselves
 * @param units number of columns of the weight as a matrix `[inputs, units]`
 * @param rms one for each row
 */
export function wandaScore(mu: Float32Array, units: number, rms: ArrayLike<number>): Float32Array {
  return mu.map((w, i) => Math.min(MOST, Math.abs(w) * rms[Math.floor(i / units)]!));
}

export const wanda: PrunerDefinition<z.output<typeof wandaOptions>> = {
  description:
    'Removes, of the weights into each unit, those with the smallest abs(w) times size of their input. Looks at the training examples.',
  source: 'Sun et al. 2024, arXiv 2306.11695',
  options: wandaOptions,
  needs: ['examples'],
  create: () => ({
    // The size of an input can't be compared between units, so only weights into the same unit are ranked together.
    scope: 'unit',
    score: (weights, _key, context) =>
      wandaScore(weights.mu, weights.shape.at(-1)!, context.statistics(weights).inputRms()),
  }),
};
