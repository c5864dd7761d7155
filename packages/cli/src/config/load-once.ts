import type { Dataset, DatasetContext, Registry } from '@bbb/core';

type Source = ReturnType<typeof dataSource>;
const dataSource = (registry: Registry, name: string) => registry.get('datasets', name);

/**
 * A registry whose data sets are read once, however often they are loaded. The size of a data set decides parts of the plan, so it is
 * needed before there is a plan, and then again to run.
 */
export function loadingOnce(registry: Registry): Registry {
  const loaded = new Map<string, Promise<Dataset>>();
  const once = (name: string, source: Source): Source => ({
    ...source,
    async load(options, context) {
      const key = keyOf(name, options, context);
      const found = loaded.get(key) ?? Promise.resolve(source.load(options, context));
      loaded.set(key, found);
      // What failed, such as a download, may go well the next time.
      found.catch(() => loaded.delete(key));
      return found;
    },
  });
  const get = (kind: Parameters<Registry['get']>[0], name: string): unknown =>
    kind === 'datasets' ? once(name, dataSource(registry, name)) : registry.get(kind, name);
  return { ...registry, get: get as Registry['get'] };
}

/** Whoever shows the progress gets the same data. */
function keyOf(name: string, options: unknown, { dataDir, secondary = false }: DatasetContext): string {
  return JSON.stringify([name, options, dataDir ?? null, secondary]);
}
