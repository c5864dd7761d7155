import { overlayConfig, parseSweepConfig, planSweep } from '@bbb/sweep';
import { refuseNotMeant } from '../bandit/meant.js';
import { builtBySize, presetOf } from '../config/by-size.js';
import { withFittingValidation } from '../config/fitting-validation.js';
import { loadingOnce } from '../config/load-once.js';
import { loadConfigFile, type ConfigFile } from '../config/file.js';
import { methodsOf } from '../config/grid.js';
import { chooseMethods } from '../config/methods.js';
import { applyFlags } from '../config/override.js';
import { withSearch } from '../config/search.js';
import { withSearchedNetworks } from '../config/searched-networks.js';
import type { Json } from '../config/path.js';
import { say } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import type { SweepFlags } from '../options/kinds.js';
import { runPlan } from '../run/run-plan.js';
import type { Registry } from '@bbb/core';

/** `bbb sweep`: runs a preset, changed by a configuration file and then by flags. Returns the exit code. */
export async function sweep(flags: SweepFlags): Promise<number> {
  const file = await loadConfigFile(flags.config);
  if (file && !flags.quiet) say(`Configuration: ${file.name}`);
  const { registry: all, plugins } = await loadRegistry([...(file?.plugins ?? []), ...(flags.plugin ?? [])]);
  const registry = loadingOnce(all);
  const own = file || flags.preset !== undefined ? undefined : presetOf(flags, registry);
  const preset = flags.preset ?? (file ? file.preset : (own ?? registry.list('presets')[0]!.name));
  // A bandit preset is recognised by its member `bandit` and not by its name, because a plugin may bring another one.
  if (preset !== undefined && !file && registry.get('presets', preset).bandit) {
    refuseNotMeant(preset, flags);
    return (await import('./bandit.js')).bandit(flags);
  }
  const base = baseConfig(preset, file, registry);
  const build = (all: SweepFlags): Json => sweepConfig(base, all, registry);
  const config =
    own === undefined
      ? await withFittingValidation(build(flags), flags, registry, file?.sweep)
      : await builtBySize(build, flags, registry);
  const plan = planSweep(parseSweepConfig(config, originOf(file, preset)), registry);
  return runPlan(plan, { name: preset ?? 'sweep', registry, plugins, flags, parts: file?.parts });
}

/** The configuration that the flags change. */
export function baseConfig(
  preset: string | undefined,
  file: Pick<ConfigFile, 'sweep'> | undefined,
  registry: Registry,
): Json {
  if (preset === undefined) return overlayConfig({}, file?.sweep ?? {});
  const base = registry.get('presets', preset).sweep;
  // A mistake in a preset is its plugin's fault, so the message names the preset.
  parseSweepConfig(base, `The preset "${preset}"`);
  return overlayConfig(base, file?.sweep ?? {});
}

/** The name of the configuration's origin, for messages about the whole. A file without a preset often lacks members. */
function originOf(file: ConfigFile | undefined, preset: string | undefined): string | undefined {
  if (!file) return undefined;
  return preset === undefined ? `${file.name} (which names no preset to start from)` : file.name;
}

/** The preset, changed by the flags. Not checked yet. */
export function sweepConfig(preset: Json, typed: SweepFlags, registry: Registry): Json {
  const flags = withSearchedNetworks(typed);
  const { seeds, seedList, methods } = flags;
  const list =
    seedList ?? (seeds === undefined ? undefined : Array.from({ length: seeds }, (_, seed) => seed));
  const chosen = {
    ...preset,
    ...(methods ? { methods: chooseMethods(methodsOf(preset), methods, registry) } : {}),
    ...(list ? { seeds: list } : {}),
  };
  return applyFlags(withSearch(chosen, flags, registry), flags, registry);
}
