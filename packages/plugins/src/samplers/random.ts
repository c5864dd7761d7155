import { fold, unitUniform, type Sampler, type SamplerDefinition } from '@bbb/core';
import { z } from 'zod';

const options = z.strictObject({});

export const randomSampler: Sampler = {
  suggest: (space, _history, index, key) =>
    Object.fromEntries(
      Object.keys(space).map((path) => [path, unitUniform(fold(key, 'random', index, path))]),
    ),
};

export const random: SamplerDefinition<z.output<typeof options>> = {
  description: 'Independent random points: the baseline that every other sampler has to beat.',
  source: 'Bergstra & Bengio 2012',
  options,
  adaptive: false,
  create: () => randomSampler,
};
