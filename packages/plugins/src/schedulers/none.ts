import type { SchedulerDefinition } from '@bbb/core';
import { z } from 'zod';

const options = z.strictObject({});

export const none: SchedulerDefinition<z.output<typeof options>> = {
  description: 'Every trial runs to its end.',
  options,
  create: () => ({ decide: () => 'continue' }),
};
