import { unitGroups, type PrunerDefinition } from '@bbb/core';
import { z } from 'zod';
import { MOST } from './most.js';
import { noiseOptions } from './unit-noise.js';

/**
 * -log alpha of the scale that all weights out of a hidden unit share. Without such scales, all `units` score the largest float32.
 * @param unitNoise log alpha of each unit, if the network has such scales
 * @param units number of units of the layer
 */
export function noisyUnitsScore(unitNoise: Float32Array | undefined, units: number): Float32Array {
  return unitNoise?.map((noise) => -noise) ?? new Float32Array(units).fill(MOST);
}

export const noisyUnits: PrunerDefinition<z.output<typeof noiseOptions>> = {
  description:
    'Removes the hidden units (neurons, channels) whose weights share a scale that is mostly noise. For group-jeffreys.',
  source: 'Louizos, Ullrich & Welling 2017, arXiv 1705.08665, section 4.3',
  options: noiseOptions,
  granularity: 'unit',
  needs: ['unitNoise'],
  create: ({ threshold }) => ({
    score({ name, shape }, _key, { architecture, posterior }) {
      const { next } = unitGroups(architecture).find(({ weight }) => weight.name === name)!;
      const { unitNoise } = posterior.find((weights) => weights.name === next.name)!;
      return noisyUnitsScore(unitNoise, shape.at(-1)!);
    },
    suggest: () => -threshold,
  }),
};
