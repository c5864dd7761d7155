import { fold, permutation, useSchema, type PrunerDefinition } from '@bbb/core';
import type { Key } from '@bbb/kernels';
import { z } from 'zod';

export const shuffleOptions = z.strictObject({
  of: useSchema
    .default({ use: 'magnitude', options: {} })
    .describe('The criterion whose scores are shuffled, {"use": NAME, "options": {...}}.'),
});

/**
 * The same scores in another order, a pure function of the key.
 * @param scores scores of one tensor
 * @param key says which random numbers: the same key gives the same ones
 */
export function shuffled(scores: Float32Array, key: Key): Float32Array {
  const order = permutation(key, scores.length);
  return scores.map((_, i) => scores[order[i]!]!);
}

export const shuffleWithinLayer: PrunerDefinition<z.output<typeof shuffleOptions>> = {
  description:
    'The control for another criterion: as many weights go from each layer, but others. What only the layers explain, it explains.',
  source: 'Frankle et al. 2021, arXiv 2009.08576, section 5',
  options: shuffleOptions,
  wraps: 'of',
  create: (_options, inner) => ({
    ...(inner!.scope ? { scope: inner!.scope } : {}),
    score: (weights, key, context) =>
      shuffled(inner!.score(weights, fold(key, 'inner'), context), fold(key, 'order')),
    ...(inner!.suggest ? { suggest: inner!.suggest.bind(inner) } : {}),
  }),
};
