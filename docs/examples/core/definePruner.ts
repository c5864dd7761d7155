import { definePruner } from '@bbb/core';
import { z } from 'zod';

/** Scores a weight by its distance from zero, minus the option. */
const mine = definePruner({
  description: 'abs(mu), with a margin.',
  options: z.strictObject({ margin: z.number().default(0).describe('What every score is lowered by.') }),
  create: ({ margin }) => ({ score: ({ mu }) => mu.map((w) => Math.abs(w) - margin) }),
});

console.log(mine.description); // abs(mu), with a margin.
