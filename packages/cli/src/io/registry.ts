import { createRegistry, loadPlugins, type Registry } from '@bbb/core';
import { OPTIONAL_PACKAGES } from './version.js';

export interface Loaded {
  readonly registry: Registry;
  /** Names under which a worker thread finds the plugins that trials need, the built-in ones first. */
  readonly plugins: readonly string[];
}

/** Plugins of what this process does itself: run trials, keep an index, show how it goes. */
const OWN = ['@bbb/sweep/plugin', '@bbb/cli/plugin', ...OPTIONAL_PACKAGES.map((name) => `${name}/plugin`)];

/** Everything there is to choose from: what ships with bbb, and the plugins that were asked for. */
export async function loadRegistry(extra: readonly string[] = []): Promise<Loaded> {
  const plugins = [import.meta.resolve('@bbb/plugins'), ...extra];
  const own = OWN.flatMap(located);
  return { registry: createRegistry(await loadPlugins([...plugins, ...own])), plugins };
}

/** An optional package need not be installed. */
function located(specifier: string): string[] {
  try {
    return [import.meta.resolve(specifier)];
  } catch {
    return [];
  }
}
