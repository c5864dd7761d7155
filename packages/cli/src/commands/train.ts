import { parseSweepConfig, planSweep } from '@bbb/sweep';
import type { Registry } from '@bbb/core';
import { builtBySize, presetOf } from '../config/by-size.js';
import { resolvePath, withValue, type Json } from '../config/path.js';
import { applyFlags } from '../config/override.js';
import { loadRegistry } from '../io/registry.js';
import type { TrainFlags } from '../options/kinds.js';
import { runPlan } from '../run/run-plan.js';

/** `bbb train`: a sweep of one trial, with the method's own defaults. Gives the exit code. */
export async function train(flags: TrainFlags): Promise<number> {
  const { registry, plugins } = await loadRegistry(flags.plugin);
  const build = (all: TrainFlags): Json => trainConfig(all, registry);
  const own = presetOf(flags, registry);
  const config = own === undefined ? build(flags) : await builtBySize(build, flags, registry);
  const plan = planSweep(parseSweepConfig(config), registry);
  return runPlan(plan, { name: flags.method, registry, plugins, flags });
}

/** What the flags say, as a sweep's configuration; not checked yet. */
export function trainConfig(flags: TrainFlags, registry: Registry): Json {
  const { method, option, seed } = flags;
  registry.get('methods', method);
  // `of.options.p=0.3` is for the method inside another.
  const options = (option ?? []).reduce<Json>(
    (all, { path, value }) => withValue(all, resolvePath(all, path), value) as Json,
    {},
  );
  const base = {
    dataset: { use: registry.list('datasets')[0]!.name, options: {} },
    methods: [{ label: method, use: method, options }],
    training: {},
    seeds: [seed],
  };
  return applyFlags(base, flags, registry);
}
