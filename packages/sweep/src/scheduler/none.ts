import type { Scheduler } from './scheduler.js';

/** Every trial runs to its end. */
export const noScheduler: Scheduler = {
  description: 'Every trial runs to its end.',
  decide: () => 'continue',
};
