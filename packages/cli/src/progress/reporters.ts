import { defineReporter } from '@bbb/core';
import { z } from 'zod';
import { UsageError } from '../errors/usage.js';
import { printLine, say } from '../io/output.js';
import { isLive } from '../io/style.js';

export const live = defineReporter({
  description: 'A line for each trial under way, redrawn in place; for terminals.',
  options: z.strictObject({}),
  display: true,
  async create(_, { trials }) {
    if (!isLive(process.stderr))
      throw new UsageError('The reporter "live" needs a terminal.', 'Without one, use --reporter lines.');
    const { liveDisplay } = await import('./live.js');
    return liveDisplay({ trials }, process.stderr);
  },
});

export const lines = defineReporter({
  description: 'A line for every trial that ends, and now and then one of how the others go; for logs.',
  options: z.strictObject({}),
  display: true,
  async create(_, { trials }) {
    const { plainDisplay } = await import('./plain.js');
    return plainDisplay({ trials }, say);
  },
});

export const events = defineReporter({
  description: 'Every event as a line of JSON on standard output: what --json does.',
  options: z.strictObject({}),
  create: () => ({ onEvent: (event) => printLine(event) }),
});
