import { uniform, type PrunerDefinition } from '@bbb/core';
import type { Key } from '@bbb/kernels';
import { z } from 'zod';

export const randomOptions = z.strictObject({});

/**
 * U(0, 1), a pure function of the key.
 * @param count how many scores
 * @param key says which random numbers: the same key gives the same ones
 */
export function randomScore(count: number, key: Key): Float32Array {
  return uniform(key, count, 0, 1);
}

export const random: PrunerDefinition<z.output<typeof randomOptions>> = {
  description: 'Removes weights at random: what any criterion has to beat. Fits every method.',
  options: randomOptions,
  create: () => ({ score: ({ mu }, key) => randomScore(mu.length, key) }),
};
