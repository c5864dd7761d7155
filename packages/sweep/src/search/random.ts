import { fold, unitUniform } from '@bbb/core';
import type { Sampler } from './sampler.js';

/** Independent uniform points (Bergstra & Bengio 2012): the baseline that every other sampler has to beat. */
export const randomSampler: Sampler = {
  description: 'Independent uniform points.',
  suggest: (space, _history, index, key) =>
    Object.fromEntries(
      Object.keys(space).map((path) => [path, unitUniform(fold(key, 'random', index, path))]),
    ),
};
