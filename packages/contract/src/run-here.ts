import {
  createRegistry,
  loadPlugins,
  runTrial,
  startBackend,
  type PlannedTrial,
  type TrialResult,
} from '@bbb/core';
import { loadData } from '@bbb/sweep/host';
import { PLUGINS } from './tiny-plan.js';

/** The result of a trial of a tiny plan, run in this thread without an executor. */
export async function runHere({ trial }: PlannedTrial): Promise<TrialResult> {
  const registry = createRegistry(await loadPlugins(PLUGINS));
  const [dataset] = Object.values(await loadData(registry, [trial.data], undefined));
  const { result } = await runTrial({ trial, registry, dataset: dataset!, ops: await startBackend() });
  return result;
}
