import { resolve } from 'node:path';
import { checkDataDir } from '@bbb/sweep';
import { loadRegistry } from '../io/registry.js';
import type { CheckFlags } from '../options/kinds.js';

/**
 * Checks that the results of these folders belong to the data that the user names. Without a name nothing is checked. The results are shown
 * without their data, but they name their data.
 * @throws BbbError `E_SWEEP_CHANGED`
 */
export async function checkData(dirs: readonly string[], { dataDir, plugin }: CheckFlags): Promise<void> {
  if (dataDir === undefined) return;
  const { registry } = await loadRegistry(plugin);
  for (const dir of dirs) await checkDataDir(resolve(dir), registry, dataDir);
}
