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

/** What a trial of a tiny plan comes to in this thread, without any executor. */
export async function runHere({ trial }: PlannedTrial): Promise<TrialResult> {
  const registry = createRegistry(await loadPlugins(PLUGINS));
  const [dataset] = Object.values(await loadData(registry, [trial.data], undefined));
  const { result } = await runTrial({ trial, registry, dataset: dataset!, ops: await startBackend() });
  return result;
}
