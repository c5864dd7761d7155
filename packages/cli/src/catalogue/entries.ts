import { PLUGIN_KINDS, type PluginKind, type Registry } from '@bbb/core';
import type { ZodType } from 'zod';

/** One thing that a plugin contributes, e.g. a method. */
export interface CatalogueEntry {
  readonly kind: PluginKind;
  readonly name: string;
  readonly plugin: string;
  readonly description: string;
  readonly source?: string;
  /** Absent for presets. */
  readonly options?: ZodType;
  /** Further facts by name: a method's pruner, a preset's configuration. Plain JSON. */
  readonly details: Readonly<Record<string, unknown>>;
}

export const KIND_TITLES: Readonly<Record<PluginKind, string>> = {
  methods: 'Methods',
  networks: 'Networks',
  likelihoods: 'Likelihoods',
  pruners: 'Pruners',
  procedures: 'Procedures',
  datasets: 'Data sets',
  samplers: 'Samplers',
  schedulers: 'Schedulers',
  executors: 'Executors',
  stores: 'Stores',
  reporters: 'Reporters',
  presets: 'Presets',
};

/** Everything in a registry, kind by kind. */
export function catalogue(registry: Registry): CatalogueEntry[] {
  return PLUGIN_KINDS.flatMap((kind) =>
    registry.list(kind).map(({ name, plugin, value }): CatalogueEntry => {
      const { description, options, source, ...rest } = value as {
        description: string;
        options?: ZodType;
        source?: string;
      };
      return {
        kind,
        name,
        plugin,
        description,
        ...(source === undefined ? {} : { source }),
        ...(options === undefined ? {} : { options }),
        details: Object.fromEntries(
          Object.entries(rest).filter(([, member]) => typeof member !== 'function'),
        ),
      };
    }),
  );
}
