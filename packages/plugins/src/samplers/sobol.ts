import { BbbError, fold, unitUniform, type Sampler, type SamplerDefinition } from '@bbb/core';
import { z } from 'zod';

const options = z.strictObject({});

/**
 * For each dimension but the first, the inner coefficients of a primitive polynomial over GF(2) as bits, and the first
 * direction numbers: one for each degree of the polynomial, odd, the i-th (from 1) below 2^i. Joe & Kuo 2008.
 */
const DIMENSIONS: readonly (readonly [coefficients: number, initial: readonly number[]])[] = [
  [0, [1]],
  [1, [1, 3]],
  [1, [1, 3, 1]],
  [2, [1, 1, 1]],
  [1, [1, 1, 3, 3]],
  [4, [1, 3, 5, 13]],
  [2, [1, 1, 5, 5, 17]],
  [4, [1, 1, 5, 5, 5]],
  [7, [1, 1, 7, 11, 19]],
  [11, [1, 1, 5, 1, 1]],
  [13, [1, 1, 1, 3, 11]],
  [14, [1, 3, 5, 5, 31]],
  [1, [1, 3, 3, 9, 7, 49]],
  [13, [1, 1, 1, 15, 21, 21]],
  [16, [1, 3, 1, 13, 27, 49]],
  [19, [1, 1, 1, 15, 7, 5]],
  [22, [1, 3, 1, 15, 13, 25]],
  [25, [1, 1, 5, 5, 19, 61]],
  [1, [1, 3, 7, 11, 23, 15, 103]],
  [4, [1, 3, 7, 13, 13, 15, 69]],
];
const BITS = 32;
/** 2^32: digits divided by it are a number in [0, 1). */
const WHOLE = 0x1_0000_0000;

/** The Sobol sequence (Sobol 1967), shifted digit by digit by the key: every block of 2^k points fills the space evenly. */
export const sobolSampler: Sampler = {
  suggest(space, _history, index, key) {
    const paths = Object.keys(space);
    if (paths.length > DIMENSIONS.length + 1) {
      throw new BbbError(
        'E_SEARCH_SPACE',
        `The sampler "sobol" has at most ${DIMENSIONS.length + 1} dimensions; the space has ${paths.length}.`,
        { hint: 'Search fewer hyper-parameters at once, or use --sampler random.' },
      );
    }
    return Object.fromEntries(
      paths.map((path, d) => {
        const shift = Math.floor(unitUniform(fold(key, 'sobol', path)) * WHOLE);
        return [path, ((sobolBits(index, d) ^ shift) >>> 0) / WHOLE];
      }),
    );
  },
};

/**
 * Point `index` of the sequence in dimension `d`, as 32 binary digits behind the point.
 * @param index number of the point, from 0
 * @param d number of the dimension, from 0
 */
export function sobolBits(index: number, d: number): number {
  const directions = directionsOf(d);
  let bits = 0;
  for (let i = 0, rest = index; rest > 0; i++, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) bits ^= directions[i]!;
  }
  return bits >>> 0;
}

/** By the recurrence of the dimension's polynomial; of the first dimension, powers of two (van der Corput). */
function directionsOf(d: number): number[] {
  if (d === 0) return Array.from({ length: BITS }, (_, i) => (1 << (BITS - 1 - i)) >>> 0);
  const [coefficients, initial] = DIMENSIONS[d - 1]!;
  const degree = initial.length;
  const directions = initial.map((m, i) => (m << (BITS - 1 - i)) >>> 0);
  for (let i = degree; i < BITS; i++) {
    let next = directions[i - degree]! ^ (directions[i - degree]! >>> degree);
    for (let k = 1; k < degree; k++) {
      if ((coefficients >>> (degree - 1 - k)) & 1) next ^= directions[i - k]!;
    }
    directions.push(next >>> 0);
  }
  return directions;
}

export const sobol: SamplerDefinition<z.output<typeof options>> = {
  description:
    'Quasi-random points, spread more evenly than random ones: best in 2^k points. Up to 21 dimensions.',
  source: 'Sobol 1967, with the direction numbers of Joe & Kuo 2008',
  options,
  adaptive: false,
  create: () => sobolSampler,
};
