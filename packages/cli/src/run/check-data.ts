import { resolve } from 'node:path';
import { checkDataDir } from '@bbb/sweep';
import { loadRegistry } from '../io/registry.js';
import type { CheckFlags } from '../options/kinds.js';

/**
 * Holds folders of results against the data that the user names. Without a name there is nothing to hold them against:
 * results are told without their data, and say which those are.
 * @throws BbbError `E_SWEEP_CHANGED`
 */
export async function checkData(dirs: readonly string[], { dataDir, plugin }: CheckFlags): Promise<void> {
  if (dataDir === undefined) return;
  const { registry } = await loadRegistry(plugin);
  for (const dir of dirs) await checkDataDir(resolve(dir), registry, dataDir);
}
