import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { applyFlags } from '../config/override.js';
import { loadRegistry } from '../io/registry.js';
import type { TrainFlags } from '../options/kinds.js';
import { runPlan } from '../run/run-plan.js';

/** `bbb train`: a sweep of one trial, with the method's own defaults. Gives the exit code. */
export async function train(flags: TrainFlags): Promise<number> {
  const { registry, plugins } = await loadRegistry(flags.plugin);
  const { method, option, seed } = flags;
  registry.get('methods', method);
  const options = Object.fromEntries((option ?? []).map(({ path, value }) => [path, value]));
  const base = {
    dataset: { use: registry.list('datasets')[0]!.name, options: {} },
    methods: [{ label: method, use: method, options }],
    training: {},
    seeds: [seed],
  };
  const plan = planSweep(parseSweepConfig(applyFlags(base, flags, registry)), registry);
  return runPlan(plan, { name: method, registry, plugins, flags });
}
