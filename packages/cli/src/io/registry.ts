import { createRegistry, loadPlugins, type Registry } from '@bbb/core';

export interface Loaded {
  readonly registry: Registry;
  /** Names under which a worker thread finds the same plugins, the built-in ones first. */
  readonly plugins: readonly string[];
}

/** Everything there is to choose from: what ships with bbb, and the plugins that were asked for. */
export async function loadRegistry(extra: readonly string[] = []): Promise<Loaded> {
  const plugins = [import.meta.resolve('@bbb/plugins'), ...extra];
  return { registry: createRegistry(await loadPlugins(plugins)), plugins };
}
