import { parseSweepConfig, planSweep } from '@bbb/sweep';
import type { Registry } from '@bbb/core';
import { builtBySize, presetOf } from '../config/by-size.js';
import { withFittingValidation } from '../config/fitting-validation.js';
import { methodsOf } from '../config/grid.js';
import { loadingOnce } from '../config/load-once.js';
import { labelOf } from '../config/methods.js';
import { resolvePath, withValue, type Json } from '../config/path.js';
import { applyFlags } from '../config/override.js';
import { loadRegistry } from '../io/registry.js';
import type { TrainFlags } from '../options/kinds.js';
import { runPlan } from '../run/run-plan.js';

/** `bbb train`: a sweep of one trial, with the method's own defaults. Returns the exit code. */
export async function train(flags: TrainFlags): Promise<number> {
  const { registry: all, plugins } = await loadRegistry(flags.plugin);
  const registry = loadingOnce(all);
  const own = presetOf(flags, registry);
  const preset = own === undefined ? undefined : registry.get('presets', own).sweep;
  const build = (all: TrainFlags): Json => trainConfig(all, registry, preset);
  const config =
    own === undefined
      ? await withFittingValidation(build(flags), flags, registry)
      : await builtBySize(build, flags, registry);
  const plan = planSweep(parseSweepConfig(config), registry);
  return runPlan(plan, { name: flags.method, registry, plugins, flags });
}

/**
 * The flags as a sweep's configuration. Not checked yet.
 * @param preset the configuration to start from: a table has another network and other priors than images. Default: an empty one
 */
export function trainConfig(flags: TrainFlags, registry: Registry, preset: Json = {}): Json {
  const { method, option, seed } = flags;
  registry.get('methods', method);
  // An option like `of.options.p=0.3` belongs to the method inside another method.
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

/** The options that a preset gives the method under its own name. None if the preset does not have the method. */
function optionsIn(preset: Json, method: string): Json {
  const entry = methodsOf(preset).find(
    (candidate) => labelOf(candidate) === method && candidate['use'] === method,
  );
  return (entry?.['options'] ?? {}) as Json;
}
