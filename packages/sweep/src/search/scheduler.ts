import { parseOptions, type Registry, type Scheduler } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';

/**
 * The scheduler of a configuration; undefined where there is none.
 * @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`
 */
export function createScheduler({ search }: SweepConfig, registry: Registry): Scheduler | undefined {
  if (!search?.scheduler) return undefined;
  const { use, options } = search.scheduler;
  const definition = registry.get('schedulers', use);
  return definition.create(parseOptions(use, definition.options, options));
}
