import { BbbError, inWords, missingFunctions, parseOptions, type Registry, type Scheduler } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';

/**
 * The scheduler of a configuration, with checks of its decisions. Undefined for a configuration without one.
 * @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`; `E_SCHEDULER` for a value that is not a scheduler, and later for an invalid decision
 */
export function createScheduler({ search }: SweepConfig, registry: Registry): Scheduler | undefined {
  if (!search?.scheduler) return undefined;
  const { use, options } = search.scheduler;
  const definition = registry.get('schedulers', use);
  const scheduler = definition.create(parseOptions(use, definition.options, options));
  if (missingFunctions(scheduler, ['decide']).length > 0)
    throw misfit(
      use,
      `was created as ${inWords(scheduler)}, which has no decide()`,
      'create() returns { decide(reports) }',
    );
  return { decide: (reports) => decided(use, scheduler.decide(reports)) };
}

/** Refuses any other answer. Otherwise every trial would continue without a warning. */
function decided(use: string, decision: ReturnType<Scheduler['decide']>): typeof decision {
  if (decision === 'stop' || decision === 'continue') return decision;
  throw misfit(use, `decided ${inWords(decision)}`, "decide() must return 'continue' or 'stop'");
}

function misfit(use: string, what: string, hint: string): BbbError {
  return new BbbError('E_SCHEDULER', `The scheduler "${use}" ${what}.`, { hint: `${hint}, at once.` });
}
