import type { BuiltInOptions } from '@bbb/plugins';
import type { SweepFile } from '@bbb/sweep';

/** A configuration file as `@bbb/sweep` types it: options of any name are any plain JSON. */
type Plain = Exclude<SweepFile, { readonly preset: string }>;

/** One entry that names something of a kind: with the options of that one where it ships with bbb, any options otherwise. */
type UseOf<Kind extends keyof BuiltInOptions, Name extends string> = Name extends keyof BuiltInOptions[Kind]
  ? { readonly use: Name; readonly options?: BuiltInOptions[Kind][Name] }
  : { readonly use: Name; readonly options?: Readonly<Record<string, unknown>> };

/** The names that ship, which an editor then offers, and any other that a plugin may contribute. */
type NameOf<Kind extends keyof BuiltInOptions> = (keyof BuiltInOptions[Kind] & string) | (string & {});

type MethodEntry = NonNullable<Plain['methods']>[number];
type PrunerEntry = NonNullable<NonNullable<Plain['pruning']>['pruners']>[number];

/** A configuration file whose options are typed by the names that it uses. */
export type Config<
  Method extends string,
  Network extends string,
  Pruner extends string,
  Dataset extends string,
  Procedure extends string,
> = Partial<Omit<Plain, 'methods' | 'networks' | 'pruning' | 'dataset' | 'preset'>> & {
  /** A preset to start from. Without one the file has to be complete: `dataset` and `methods` at least. */
  readonly preset?: string;
  /** The data set that networks are trained on. */
  readonly dataset?: UseOf<'datasets', Dataset>;
  /** What is compared: ways to train a network. */
  readonly methods?: readonly (Omit<MethodEntry, 'use' | 'options'> & UseOf<'methods', Method>)[];
  /** Other networks by name, beside those of `hidden`. */
  readonly networks?: readonly UseOf<'networks', Network>[];
  /** How the networks of all methods are pruned. */
  readonly pruning?: Omit<NonNullable<Plain['pruning']>, 'pruners' | 'procedure'> & {
    readonly pruners?: readonly (Omit<PrunerEntry, 'use' | 'options'> & UseOf<'pruners', Pruner>)[];
    readonly procedure?: UseOf<'procedures', Procedure>;
  };
};

/**
 * Types `bbb.config.ts`; returns it as it is. An editor then offers the names of methods, networks, criteria, procedures and data sets
 * that ship, and the options of each; names that a plugin contributes take any options, which are checked when the file is read.
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
 */
export function defineConfig<
  const Method extends NameOf<'methods'> = never,
  const Network extends NameOf<'networks'> = never,
  const Pruner extends NameOf<'pruners'> = never,
  const Dataset extends NameOf<'datasets'> = never,
  const Procedure extends NameOf<'procedures'> = never,
>(
  config: Config<Method, Network, Pruner, Dataset, Procedure>,
): Config<Method, Network, Pruner, Dataset, Procedure> {
  return config;
}
