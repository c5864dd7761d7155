import {
  BbbError,
  inWords,
  missingFunctions,
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

/** @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`, `E_EXECUTOR` */
export function executorOf(registry: Registry, { executor = THREADS }: SweepOptions): ExecutorFactory {
  if (!('use' in executor)) return executor;
  const { use, options } = executor;
  const definition = registry.get('executors', use);
  const factory = definition.create(parseOptions(use, definition.options, options));
  if (missingFunctions(factory, ['start']).length === 0) return factory;
  throw new BbbError(
    'E_EXECUTOR',
    `create() of the executor "${use}" returned ${inWords(factory)}, which has no start().`,
    {
      hint: 'Let create() return { capacity, start(context) }, not a promise.',
    },
  );
}

/**
 * Opens the index of a sweep.
 * @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`; `E_STORE` when it opens as something else
 */
export function storeOf(
  registry: Registry,
  { store = SQLITE }: SweepOptions,
): (context: StoreContext) => TrialIndex | Promise<TrialIndex> {
  const { use } = store;
  const definition = registry.get('stores', use);
  const options = parseOptions(use, definition.options, store.options);
  return async (context) => {
    // Another store is used, so an SQLite index of an earlier run would be out of date.
    if (use !== SQLITE.use) removeIndex(context.dir);
    return checkedIndex(use, await definition.open(options, context));
  };
}

/** @throws BbbError `E_STORE` for a store without these functions: otherwise the mistake would show only when somebody reads the index */
function checkedIndex(use: string, index: TrialIndex): TrialIndex {
  const missing = missingFunctions(index, ['add', 'update', 'rows', 'close']);
  if (missing.length === 0) return index;
  throw new BbbError(
    'E_STORE',
    `open() of the store "${use}" returned ${inWords(index)}, which has no ${missing.join(', ')}.`,
    {
      hint: 'Let open() return a TrialIndex of @bbb/core, or a promise of one.',
    },
  );
}
