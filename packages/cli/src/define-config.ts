/**
 * {@link defineConfig}, which types a `bbb.config.ts`: the members of a sweep, and the options of everything that ships, by name.
 *
 * Import it in a configuration file; it loads nothing else of the command line.
 *
 * @packageDocumentation
 */
import type { SweepFile } from '@bbb/sweep';
import type { NameOf, UseOf } from './known-options.js';

export type { BullmqExecutorOptions, KnownOptions, NameOf, UseOf } from './known-options.js';

/** A configuration file as `@bbb/sweep` types it: the options of every name are plain JSON. */
type Plain = Exclude<SweepFile, { readonly preset: string }>;

type MethodEntry = NonNullable<Plain['methods']>[number];
type Pruning = NonNullable<Plain['pruning']>;
type MethodPruning = NonNullable<MethodEntry['pruning']>;
type Search = NonNullable<Plain['search']>;

/** How networks are pruned, with the options of the criteria and procedure that it names. */
type PrunedBy<Rest, Pruner extends string, Procedure extends string, Plugins> = Omit<
  Rest,
  'pruners' | 'procedure'
> & {
  readonly pruners?: readonly ({ readonly label?: string } & UseOf<'pruners', Pruner, Plugins>)[];
  readonly procedure?: UseOf<'procedures', Procedure, Plugins>;
};

/** Members that name contributions of plugins. */
type Named = 'dataset' | 'outOfDistribution' | 'networks' | 'likelihood' | 'methods' | 'pruning' | 'search';
type Running = 'executor' | 'store' | 'reporters';

/** A configuration file whose options are typed by the names that it uses. */
export type Config<
  Plugins extends readonly string[],
  Method extends string,
  Network extends string,
  Likelihood extends string,
  Pruner extends string,
  Procedure extends string,
  Dataset extends string,
  Sampler extends string,
  Scheduler extends string,
  Executor extends string,
  Store extends string,
  Reporter extends string,
> = Partial<Omit<Plain, Named | Running | 'preset' | 'plugins'>> & {
  /** A preset to start from. Without one the file has to be complete: `dataset` and `methods` at least. */
  readonly preset?: string;
  /** Plugins to load: packages, or files relative to this one. Without them, a name that does not ship with bbb is a compile error. */
  readonly plugins?: Plugins;
  /** The data set that networks are trained on. */
  readonly dataset?: UseOf<'datasets', Dataset, Plugins>;
  /** A data set whose test examples count as out-of-distribution. Default: none. */
  readonly outOfDistribution?: UseOf<'datasets', Dataset, Plugins>;
  /** The methods that are compared: ways to train a network. */
  readonly methods?: readonly (Omit<MethodEntry, 'use' | 'options' | 'pruning'> &
    UseOf<'methods', Method, Plugins> & {
      readonly pruning?: PrunedBy<MethodPruning, Pruner, Procedure, Plugins>;
    })[];
  /** Other networks by name, beside those of `hidden`. */
  readonly networks?: readonly UseOf<'networks', Network, Plugins>[];
  /** The likelihood, which turns outputs and targets into a loss. Default: the first that fits the targets. */
  readonly likelihood?: UseOf<'likelihoods', Likelihood, Plugins>;
  /** How the networks of all methods are pruned. */
  readonly pruning?: PrunedBy<Pruning, Pruner, Procedure, Plugins>;
  /** Search for good configurations instead of trying all of them. */
  readonly search?: Omit<Search, 'sampler' | 'scheduler'> & {
    /** How the search proposes configurations. Default: `random`. */
    readonly sampler?: UseOf<'samplers', Sampler, Plugins>;
    /** The scheduler that stops hopeless trials early. Default: none. */
    readonly scheduler?: UseOf<'schedulers', Scheduler, Plugins>;
  };
  /** Where trials run. Default: threads of this process. */
  readonly executor?: UseOf<'executors', Executor, Plugins>;
  /** The index that is kept beside the results. Default: `sqlite`. */
  readonly store?: UseOf<'stores', Store, Plugins>;
  /** Reporters that get the events of the sweep, beside the display. */
  readonly reporters?: readonly UseOf<'reporters', Reporter, Plugins>[];
};

/**
 * Types `bbb.config.ts`; returns it as it is. An editor then offers all names that ship with bbb, and the options of each. A misspelt name
 * or option is a compile error; a file that lists `plugins` may use any name, with any options, which are checked when the file is read.
 *
 * ```ts
 * import { defineConfig } from '@bbb/cli/config';
 *
 * export default defineConfig({
 *   preset: 'quick',
 *   methods: [{ use: 'dropout', options: { p: 0.3 } }, { use: 'bbb-mixture', training: { epochs: 20 } }],
 *   seeds: [0, 1, 2],
 * });
 * ```
 *
 * @param config the members of [the configuration](../../../docs/configuration.md); with `preset`, only those that differ from it
 * @returns `config` itself
 */
export function defineConfig<
  const Plugins extends readonly string[] = never,
  const Method extends NameOf<'methods'> = never,
  const Network extends NameOf<'networks'> = never,
  const Likelihood extends NameOf<'likelihoods'> = never,
  const Pruner extends NameOf<'pruners'> = never,
  const Procedure extends NameOf<'procedures'> = never,
  const Dataset extends NameOf<'datasets'> = never,
  const Sampler extends NameOf<'samplers'> = never,
  const Scheduler extends NameOf<'schedulers'> = never,
  const Executor extends NameOf<'executors'> = never,
  const Store extends NameOf<'stores'> = never,
  const Reporter extends NameOf<'reporters'> = never,
>(
  config: Config<
    Plugins,
    Method,
    Network,
    Likelihood,
    Pruner,
    Procedure,
    Dataset,
    Sampler,
    Scheduler,
    Executor,
    Store,
    Reporter
  >,
): typeof config {
  return config;
}
