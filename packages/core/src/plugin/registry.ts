import { BbbError } from '../errors.js';
import { suggest } from '@bbb/base';
import type {
  DatasetSource,
  ExecutorDefinition,
  Method,
  Plugin,
  Preset,
  PrunerDefinition,
  ReporterDefinition,
  SamplerDefinition,
  SchedulerDefinition,
  StoreDefinition,
} from './definition.js';
import type { LikelihoodDefinition } from '../likelihood/likelihood.js';
import type { NetworkDefinition } from '../network/definition.js';
import type { ProcedureDefinition } from '../procedure/procedure.js';

interface Kinds {
  methods: Method;
  networks: NetworkDefinition;
  likelihoods: LikelihoodDefinition;
  pruners: PrunerDefinition;
  procedures: ProcedureDefinition;
  datasets: DatasetSource;
  samplers: SamplerDefinition;
  schedulers: SchedulerDefinition;
  executors: ExecutorDefinition;
  stores: StoreDefinition;
  reporters: ReporterDefinition;
  presets: Preset;
}

export type PluginKind = keyof Kinds;
export const PLUGIN_KINDS = [
  'methods',
  'networks',
  'likelihoods',
  'pruners',
  'procedures',
  'datasets',
  'samplers',
  'schedulers',
  'executors',
  'stores',
  'reporters',
  'presets',
] as const satisfies readonly PluginKind[];

const SINGULAR: Record<PluginKind, string> = {
  methods: 'method',
  networks: 'network',
  likelihoods: 'likelihood',
  pruners: 'pruner',
  procedures: 'procedure',
  datasets: 'data set',
  samplers: 'sampler',
  schedulers: 'scheduler',
  executors: 'executor',
  stores: 'store',
  reporters: 'reporter',
  presets: 'preset',
};

/** Everything that the loaded plugins contribute, by kind and name. Immutable; made by {@link createRegistry}. */
export interface Registry {
  readonly plugins: readonly Plugin[];
  /** @throws BbbError `E_UNKNOWN_NAME` with the known names and the most similar one */
  get<K extends PluginKind>(kind: K, name: string): Kinds[K];
  /** Names in the order in which plugins contributed them, with the plugin each comes from. */
  list<K extends PluginKind>(
    kind: K,
  ): readonly { readonly name: string; readonly plugin: string; readonly value: Kinds[K] }[];
}

/**
 * Collects what plugins contribute, to look it up by kind and name.
 * @param plugins the plugins; lists of names have this order
 * @throws BbbError `E_DUPLICATE_NAME` if two plugins contribute the same name of one kind
 */
export function createRegistry(plugins: readonly Plugin[]): Registry {
  const entries = PLUGIN_KINDS.map((kind) => [kind, collect(plugins, kind)] as const);
  const byKind = new Map(entries);
  const list = ((kind: PluginKind) => [...byKind.get(kind)!.values()]) as Registry['list'];
  return {
    plugins,
    list,
    get(kind, name) {
      const found = list(kind).find((entry) => entry.name === name);
      if (found) return found.value;
      const names = list(kind).map((entry) => entry.name);
      const advice = plugins.flatMap((plugin) => plugin.unknownName?.(kind, name) ?? []).join(' ');
      throw new BbbError('E_UNKNOWN_NAME', `There is no ${SINGULAR[kind]} called "${name}".`, {
        hint: `${advice === '' ? suggest(name, names) : `${advice}. `}Available: ${names.join(', ') || 'none'}.`,
      });
    },
  };
}

interface Entry<T> {
  readonly name: string;
  readonly plugin: string;
  readonly value: T;
}

function collect<K extends PluginKind>(plugins: readonly Plugin[], kind: K): Map<string, Entry<Kinds[K]>> {
  const found = new Map<string, Entry<Kinds[K]>>();
  for (const plugin of plugins) {
    for (const [name, value] of Object.entries(plugin[kind] ?? {}) as [string, Kinds[K]][]) {
      const earlier = found.get(name);
      if (earlier) {
        throw new BbbError(
          'E_DUPLICATE_NAME',
          `The plugins "${earlier.plugin}" and "${plugin.name}" both contribute the ${SINGULAR[kind]} "${name}".`,
          { hint: 'Leave one of the two out, or rename it in your own plugin.' },
        );
      }
      found.set(name, { name, plugin: plugin.name, value });
    }
  }
  return found;
}
