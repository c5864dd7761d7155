import { z } from 'zod';
import { BbbError } from '../errors.js';
import { exp, log } from '@bbb/base';

const bounds = {
  low: z.number().describe('The smallest value.'),
  high: z.number().describe('The largest value.'),
};

/** One hyper-parameter. Bounds are inclusive for `int`, [low, high) otherwise. */
export const dimensionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('uniform'), ...bounds }).describe('Any number from low to high.'),
  z
    .strictObject({ kind: z.literal('logUniform'), ...bounds })
    .describe('The same, and its logarithm is uniform: for rates.'),
  z
    .strictObject({
      kind: z.literal('int'),
      low: z.int().describe('The smallest value.'),
      high: z.int().describe('The largest value.'),
    })
    .describe('A whole number from low to high.'),
  z
    .strictObject({
      kind: z.literal('choice'),
      values: z.array(z.unknown()).min(1).describe('One of these.'),
    })
    .describe('One of several values.'),
]);
export type Dimension = z.output<typeof dimensionSchema>;

/** Dimensions by the path of their hyper-parameter, e.g. `training.optimizer.learningRate`. */
export type Space = Readonly<Record<string, Dimension>>;

/** A point of the unit cube, by path. Samplers work here; {@link valueAt} maps into the space. */
export type Point = Readonly<Record<string, number>>;

/**
 * Checks the bounds of every dimension.
 * @param space dimensions by path
 * @throws BbbError `E_SEARCH_SPACE` for bounds that enclose nothing or a logarithm of nothing
 */
export function checkSpace(space: Space): void {
  for (const [path, dimension] of Object.entries(space)) {
    if (dimension.kind === 'choice') continue;
    const { kind, low, high } = dimension;
    const ordered = kind === 'int' ? low <= high : low < high;
    if (!ordered || (kind === 'logUniform' && low <= 0)) {
      throw new BbbError(
        'E_SEARCH_SPACE',
        `The space of ${path} contains no value: ${kind} from ${low} to ${high}.`,
        {
          hint:
            kind === 'logUniform'
              ? 'Give two bounds above 0, the lower one first.'
              : 'Put the lower bound first.',
        },
      );
    }
  }
}

/**
 * The hyper-parameter at a coordinate u in [0, 1): by arithmetic that has the same bits on every engine.
 * @param dimension an interval or a list of values
 * @param u coordinate in [0, 1)
 */
export function valueAt(dimension: Dimension, u: number): unknown {
  switch (dimension.kind) {
    case 'uniform':
      return dimension.low + u * (dimension.high - dimension.low);
    case 'logUniform': {
      const { low, high } = dimension;
      // exp(log(low)) may be a little less than low.
      return Math.max(low, Math.min(high, exp(log(low) + u * (log(high) - log(low)))));
    }
    case 'int':
      return dimension.low + Math.floor(u * (dimension.high - dimension.low + 1));
    case 'choice':
      return dimension.values[Math.floor(u * dimension.values.length)];
  }
}

/**
 * How many different values a dimension has; Infinity for an interval.
 * @param dimension an interval or a list of values
 */
export function cardinality(dimension: Dimension): number {
  if (dimension.kind === 'int') return dimension.high - dimension.low + 1;
  return dimension.kind === 'choice' ? dimension.values.length : Infinity;
}
