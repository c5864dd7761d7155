import { createRegistry, loadPlugins, type Registry } from '@bbb/core';
import { OPTIONAL_PACKAGES } from './version.js';

export interface Loaded {
  readonly registry: Registry;
  /** Names under which a worker thread finds the plugins that trials need, the built-in ones first. */
  readonly plugins: readonly string[];
}

/** Plugins that this process needs itself, to run trials, keep an index and show progress. */
const OWN = ['@bbb/sweep/plugin', '@bbb/cli/plugin', ...OPTIONAL_PACKAGES.map((name) => `${name}/plugin`)];

/** Loads all plugins: those that ship with bbb, and those that the user names. */
export async function loadRegistry(extra: readonly string[] = []): Promise<Loaded> {
  const plugins = [import.meta.resolve('@bbb/plugins'), ...extra];
  const own = OWN.flatMap(located);
  return { registry: createRegistry(await loadPlugins([...plugins, ...own])), plugins };
}

/** Optional packages may be missing, and are then left out. */
function located(specifier: string): string[] {
  try {
    return [import.meta.resolve(specifier)];
  } catch {
    return [];
  }
}
