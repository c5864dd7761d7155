import { z } from 'zod';
import { initialiserSchema, type Initialiser } from './initialiser.js';

/** Probability of dropping one unit or weight. */
export const probability = z.number().min(0).lt(1);

export const standardDeviation = z.number().positive();

export function initialiserOption(standard: Initialiser) {
  return initialiserSchema
    .default(standard)
    .describe('Where the weights start: fan-in (as torch.nn.Linear), he, or uniform with a bound.');
}
