import type { PrunerDefinition, WeightPosterior } from '@bbb/core';
import { z } from 'zod';
import { MOST } from './most.js';

export const noiseOptions = z.strictObject({
  threshold: z
    .number()
    .default(0)
    .describe('log alpha above which the criterion itself removes a unit: 0 is as much noise as signal.'),
});

/**
 * -log alpha of the input unit of each weight, so that all weights of a unit are removed together. Weights without a scale, e.g. biases, score
 * the largest float32.
 * @param weights one weight tensor: `mu` and `shape`, the number of its input units, and `unitNoise`, log alpha of each input unit
 * @returns one score for each element of `mu`
 */
export function unitNoiseScore({
  mu,
  shape,
  inputUnits,
  unitNoise,
}: Pick<WeightPosterior, 'mu' | 'shape' | 'inputUnits' | 'unitNoise'>): Float32Array {
  if (!unitNoise) return new Float32Array(mu.length).fill(MOST);
  const columns = shape.at(-1)!;
  return mu.map((_, i) => -unitNoise[Math.floor(i / columns) % inputUnits]!);
}

export const unitNoise: PrunerDefinition<z.output<typeof noiseOptions>> = {
  description:
    'Removes the weights of the input units that are most noise, unit by unit. For group-jeffreys.',
  source: 'Louizos, Ullrich & Welling 2017, arXiv 1705.08665, section 4.3',
  options: noiseOptions,
  needs: ['unitNoise'],
  create: ({ threshold }) => ({ score: (weights) => unitNoiseScore(weights), suggest: () => -threshold }),
};
