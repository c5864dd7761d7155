import { resolve } from 'node:path';
import { parseOptions, type Registry } from '@bbb/core';
import type { Plan } from '../plan/plan.js';
import { checkFolder } from '../store/open.js';
import type { SweepOptions } from './options.js';
import { executorOf, storeOf } from './parts.js';

/**
 * Whether `runSweep` would take this plan into this folder, by these parts. Changes nothing, and connects to nothing.
 *
 * @throws BbbError `E_SWEEP_CHANGED`, `E_NOT_A_SWEEP`, `E_STORE_IO`, `E_UNKNOWN_NAME`, `E_OPTIONS`
 */
export async function checkSweep(
  plan: Plan,
  options: SweepOptions & { readonly registry: Registry },
): Promise<void> {
  const { dir, registry, reporters = [], extend = false } = options;
  executorOf(registry, options);
  storeOf(registry, options);
  for (const { use, options: own } of reporters)
    parseOptions(use, registry.get('reporters', use).options, own);
  await checkFolder(resolve(dir), plan, extend);
}
