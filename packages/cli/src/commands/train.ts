import { parseSweepConfig, planSweep } from '@bbb/sweep';
import type { Registry } from '@bbb/core';
import { builtBySize, presetOf } from '../config/by-size.js';
import { methodsOf } from '../config/grid.js';
import { labelOf } from '../config/methods.js';
import { resolvePath, withValue, type Json } from '../config/path.js';
import { applyFlags } from '../config/override.js';
import { loadRegistry } from '../io/registry.js';
import type { TrainFlags } from '../options/kinds.js';
import { runPlan } from '../run/run-plan.js';

/** `bbb train`: a sweep of one trial, with the method's own defaults. Gives the exit code. */
export async function train(flags: TrainFlags): Promise<number> {
  const { registry, plugins } = await loadRegistry(flags.plugin);
  const own = presetOf(flags, registry);
  const preset = own === undefined ? undefined : registry.get('presets', own).sweep;
  const build = (all: TrainFlags): Json => trainConfig(all, registry, preset);
  const config = own === undefined ? build(flags) : await builtBySize(build, flags, registry);
  const plan = planSweep(parseSweepConfig(config), registry);
  return runPlan(plan, { name: flags.method, registry, plugins, flags });
}

/**
 * What the flags say, as a sweep's configuration; not checked yet.
 * @param preset what it starts from: a table has another network and other priors than images. Default: nothing
 */
export function trainConfig(flags: TrainFlags, registry: Registry, preset: Json = {}): Json {
  const { method, option, seed } = flags;
  registry.get('methods', method);
  // `of.options.p=0.3` is for the method inside another.
  const options = (option ?? []).reduce<Json>(
    (all, { path, value }) => withValue(all, resolvePath(all, path), value) as Json,
    optionsIn(preset, method),
  );
  const base = {
    dataset: { use: registry.list('datasets')[0]!.name, options: {} },
    training: {},
    ...preset,
    methods: [{ label: method, use: method, options }],
    seeds: [seed],
  };
  return applyFlags(base, flags, registry);
}

/** The options that a preset gives the method under its own name; none where it does not have it. */
function optionsIn(preset: Json, method: string): Json {
  const entry = methodsOf(preset).find(
    (candidate) => labelOf(candidate) === method && candidate['use'] === method,
  );
  return (entry?.['options'] ?? {}) as Json;
}
