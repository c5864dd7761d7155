import { fold, unitUniform, type Sampler, type SamplerDefinition } from '@bbb/core';
import { z } from 'zod';

const options = z.strictObject({});

/**
 * The Halton sequence (Halton 1960), rotated modulo 1 by the key (Cranley & Patterson 1976): covers the space more evenly
 * than random points. Good up to about ten dimensions.
 */
export const haltonSampler: Sampler = {
  suggest(space, _history, index, key) {
    const bases = primes(Object.keys(space).length);
    return Object.fromEntries(
      Object.keys(space).map((path, d) => {
        const rotated = radicalInverse(index + 1, bases[d]!) + unitUniform(fold(key, 'halton', path));
        return [path, rotated % 1];
      }),
    );
  },
};

/**
 * The digits of n in a base, mirrored at the radix point.
 * @param n a whole number from 0
 * @param base at least 2, e.g. a prime
 */
export function radicalInverse(n: number, base: number): number {
  let inverse = 0;
  let weight = 1 / base;
  for (let rest = n; rest > 0; rest = Math.floor(rest / base)) {
    inverse += (rest % base) * weight;
    weight /= base;
  }
  return inverse;
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

export const halton: SamplerDefinition<z.output<typeof options>> = {
  description: 'Quasi-random points, spread more evenly than random ones. Good up to about ten dimensions.',
  source: 'Halton 1960, rotated as by Cranley & Patterson 1976',
  options,
  adaptive: false,
  create: () => haltonSampler,
};
