import {
  parseOptions,
  type ExecutorFactory,
  type Registry,
  type StoreContext,
  type TrialIndex,
  type Use,
} from '@bbb/core';
import { removeIndex } from '../store/index/sqlite.js';
import type { SweepOptions } from './options.js';

const THREADS: Use = { use: 'threads', options: {} };
const SQLITE: Use = { use: 'sqlite', options: {} };

/** @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS` */
export function executorOf(registry: Registry, { executor = THREADS }: SweepOptions): ExecutorFactory {
  if (!('use' in executor)) return executor;
  const { use, options } = executor;
  const definition = registry.get('executors', use);
  return definition.create(parseOptions(use, definition.options, options));
}

/**
 * Opens the index of a sweep.
 * @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`
 */
export function storeOf(
  registry: Registry,
  { store = SQLITE }: SweepOptions,
): (context: StoreContext) => TrialIndex | Promise<TrialIndex> {
  const { use } = store;
  const definition = registry.get('stores', use);
  const options = parseOptions(use, definition.options, store.options);
  return (context) => {
    // What another store has left would be out of date.
    if (use !== SQLITE.use) removeIndex(context.dir);
    return definition.open(options, context);
  };
}
