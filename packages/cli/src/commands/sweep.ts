import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { methodsOf } from '../config/grid.js';
import { chooseMethods } from '../config/methods.js';
import { applyFlags } from '../config/override.js';
import type { Json } from '../config/path.js';
import { loadRegistry } from '../io/registry.js';
import type { SweepFlags } from '../options/kinds.js';
import { runPlan } from '../run/run-plan.js';
import type { Registry } from '@bbb/core';

const DEFAULT_PRESET = 'quick';

/** `bbb sweep`: a preset, changed by flags, run. Gives the exit code. */
export async function sweep(flags: SweepFlags): Promise<number> {
  const { registry, plugins } = await loadRegistry(flags.plugin);
  const preset = flags.preset ?? DEFAULT_PRESET;
  const config = sweepConfig(registry.get('presets', preset).sweep, flags, registry);
  const plan = planSweep(parseSweepConfig(config), registry);
  return runPlan(plan, { name: preset, registry, plugins, flags });
}

/** What the flags make of a preset; not checked yet. */
export function sweepConfig(preset: Json, flags: SweepFlags, registry: Registry): Json {
  const { seeds, seedList, methods } = flags;
  const list =
    seedList ?? (seeds === undefined ? undefined : Array.from({ length: seeds }, (_, seed) => seed));
  const chosen = {
    ...preset,
    ...(methods ? { methods: chooseMethods(methodsOf(preset), methods, registry) } : {}),
    ...(list ? { seeds: list } : {}),
  };
  return applyFlags(chosen, flags, registry);
}
