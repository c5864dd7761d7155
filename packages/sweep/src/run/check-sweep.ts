import { resolve } from 'node:path';
import { parseOptions, type Registry } from '@bbb/core';
import { loadData } from '../executor/data.js';
import { needsOf } from '../plan/needs.js';
import type { Plan } from '../plan/plan.js';
import { checkSameData, identityOf } from '../store/data-identity.js';
import { checkFolder, OTHER_DATA } from '../store/open.js';
import { checkResultsData } from '../store/results-data.js';
import type { SweepOptions } from './options.js';
import { executorOf, storeOf } from './parts.js';

/**
 * Checks whether `runSweep` would accept this plan, folder, executor, store and reporters. Writes nothing, and connects to nothing.
 * @param plan what `planSweep` returned
 * @param options the options of `runSweep`, and the registry
 * @throws BbbError `E_SWEEP_CHANGED`, `E_NOT_A_SWEEP`, `E_STORE_IO`, `E_UNKNOWN_NAME`, `E_OPTIONS`
 */
export async function checkSweep(
  plan: Plan,
  options: SweepOptions & { readonly registry: Registry },
): Promise<void> {
  const { dir, registry, dataDir, reporters = [], extend = false } = options;
  executorOf(registry, options);
  storeOf(registry, options);
  for (const { use, options: own } of reporters)
    parseOptions(use, registry.get('reporters', use).options, own);
  const record = await checkFolder(resolve(dir), plan, extend);
  if (!record) return;
  // If the data can't be loaded, the plan is checked without them.
  const datasets =
    options.datasets ??
    (await loadData(registry, [needsOf(plan.config, registry).data], dataDir).catch(() => undefined));
  if (!datasets) return;
  const data = identityOf(datasets);
  if (record.data) checkSameData(OTHER_DATA, record.data, data);
  else await checkResultsData(resolve(dir), OTHER_DATA, data);
}
