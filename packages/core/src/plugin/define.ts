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

/** A {@link Plugin} in which `create` and `load` of each member have the options type of the member's own schema. */
export interface TypedPlugin<
  Methods,
  Pruners,
  Datasets,
  Samplers = never,
  Schedulers = never,
  Executors = never,
  Stores = never,
  Reporters = never,
  Networks = never,
  Likelihoods = never,
  Procedures = never,
> {
  readonly name: string;
  readonly methods?: { readonly [K in keyof Methods]: Method<Methods[K]> };
  readonly networks?: { readonly [K in keyof Networks]: NetworkDefinition<Networks[K]> };
  readonly likelihoods?: { readonly [K in keyof Likelihoods]: LikelihoodDefinition<Likelihoods[K]> };
  readonly pruners?: { readonly [K in keyof Pruners]: PrunerDefinition<Pruners[K]> };
  readonly procedures?: { readonly [K in keyof Procedures]: ProcedureDefinition<Procedures[K]> };
  readonly datasets?: { readonly [K in keyof Datasets]: DatasetSource<Datasets[K]> };
  readonly samplers?: { readonly [K in keyof Samplers]: SamplerDefinition<Samplers[K]> };
  readonly schedulers?: { readonly [K in keyof Schedulers]: SchedulerDefinition<Schedulers[K]> };
  readonly executors?: { readonly [K in keyof Executors]: ExecutorDefinition<Executors[K]> };
  readonly stores?: { readonly [K in keyof Stores]: StoreDefinition<Stores[K]> };
  readonly reporters?: { readonly [K in keyof Reporters]: ReporterDefinition<Reporters[K]> };
  readonly presets?: Readonly<Record<string, Preset>>;
  readonly unknownName?: Plugin['unknownName'];
}

/**
 * Gives a plugin its types, and returns it unchanged. A plugin module exports the result as default:
 *
 * ```ts
 * export default definePlugin({ name: 'bbb-plugin-mine', pruners: { mine } });
 * ```
 *
 * @param plugin a name, and for each kind the contributions of the plugin, by name
 */
export function definePlugin<
  Methods,
  Pruners,
  Datasets,
  Samplers,
  Schedulers,
  Executors,
  Stores,
  Reporters,
  Networks,
  Likelihoods,
  Procedures,
>(
  plugin: TypedPlugin<
    Methods,
    Pruners,
    Datasets,
    Samplers,
    Schedulers,
    Executors,
    Stores,
    Reporters,
    Networks,
    Likelihoods,
    Procedures
  >,
): Plugin {
  return plugin;
}

/**
 * Types a method in its own file: infers the options from its schema.
 * @param method its options (a zod schema), a description, and the functions of its kind; see the interface
 */
export function defineMethod<Options>(method: Method<Options>): Method<Options> {
  return method;
}

/**
 * Types a network in its own file: infers the options from its schema.
 * @param network its options (a zod schema), a description, and the functions of its kind; see the interface
 */
export function defineNetwork<Options>(network: NetworkDefinition<Options>): NetworkDefinition<Options> {
  return network;
}

/**
 * Types a likelihood in its own file: infers the options from its schema.
 * @param likelihood its options (a zod schema), a description, and the functions of its kind; see the interface
 */
export function defineLikelihood<Options>(
  likelihood: LikelihoodDefinition<Options>,
): LikelihoodDefinition<Options> {
  return likelihood;
}

/**
 * Types a pruner in its own file: infers the options from its schema.
 * @param pruner its options (a zod schema), a description, and the functions of its kind; see the interface
 */
export function definePruner<Options>(pruner: PrunerDefinition<Options>): PrunerDefinition<Options> {
  return pruner;
}

/**
 * Types a procedure in its own file: infers the options from its schema.
 * @param procedure its options (a zod schema), a description, and the functions of its kind; see the interface
 */
export function defineProcedure<Options>(
  procedure: ProcedureDefinition<Options>,
): ProcedureDefinition<Options> {
  return procedure;
}

/**
 * Types a data set in its own file: infers the options from its schema.
 * @param dataset its options (a zod schema), a description, and the functions of its kind; see the interface
 */
export function defineDataset<Options>(dataset: DatasetSource<Options>): DatasetSource<Options> {
  return dataset;
}

/**
 * Types an executor in its own file: infers the options from its schema.
 * @param executor its options (a zod schema), a description, and the functions of its kind; see the interface
 */
export function defineExecutor<Options>(executor: ExecutorDefinition<Options>): ExecutorDefinition<Options> {
  return executor;
}

/**
 * Types a store in its own file: infers the options from its schema.
 * @param store its options (a zod schema), a description, and the functions of its kind; see the interface
 */
export function defineStore<Options>(store: StoreDefinition<Options>): StoreDefinition<Options> {
  return store;
}

/**
 * Types a reporter in its own file: infers the options from its schema.
 * @param reporter its options (a zod schema), a description, and the functions of its kind; see the interface
 */
export function defineReporter<Options>(reporter: ReporterDefinition<Options>): ReporterDefinition<Options> {
  return reporter;
}
