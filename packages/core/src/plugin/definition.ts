import type { Ops } from '@bbb/kernels';
import type { ZodType } from 'zod';
import type { Dataset } from '../data/dataset.js';
import type { Likelihood, LikelihoodDefinition } from '../likelihood/likelihood.js';
import type { Model } from '../model/model.js';
import type { Trainer } from '../model/trainer.js';
import type { Architecture } from '../network/architecture.js';
import type { NetworkDefinition } from '../network/definition.js';
import type { ProcedureDefinition } from '../procedure/procedure.js';
import type { Granularity, PosteriorPart, Pruner, PrunerNeed } from '../prune/pruner.js';
import type { Sampler } from '../search/sampler.js';
import type { Scheduler } from '../search/scheduler.js';
import type { ExecutorFactory, HostContext } from '../sweep/executor.js';
import type { Reporter, ReporterContext } from '../sweep/reporter.js';
import type { StoreContext, TrialIndex } from '../sweep/store.js';
import type { Optimizer, TrainingOptions } from '../training/training-options.js';
import type { Use } from './use.js';

/** What a method builds on. */
export interface MethodContext {
  readonly architecture: Architecture;
  readonly likelihood: Likelihood;
  readonly ops: Ops;
  readonly optimizer: Optimizer;
  /** Largest batch a step will see: scratch is sized by it. */
  readonly batchSize: number;
  /**
   * Makes another method on the same context: what a wrapper is made of. Always there in a trial.
   * @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`, `E_METHOD`
   */
  readonly method?: (use: Use) => MadeMethod;
}

/** What `create` of a method gives. */
export interface MadeMethod {
  readonly model: Model;
  readonly trainer: Trainer;
}

/** A named recipe: model, trainer, defaults. `Options` is plain JSON, checked by the schema. */
export interface Method<Options = unknown> {
  /** One sentence for `bbb plugins`. */
  readonly description: string;
  /** Where it comes from: paper, equation. */
  readonly source?: string;
  /** A strict zod object; every option has a default and a `.describe()`. */
  readonly options: ZodType<Options>;
  /** Training defaults of this method where they differ from `DEFAULT_TRAINING`. */
  readonly training?: Partial<TrainingOptions>;
  /**
   * The option that names the method that this one is made of, `{ use, options }`: its options are completed as well, and its training
   * defaults, pruner and standard deviations hold where this one says nothing. `create` makes it by {@link MethodContext.method}.
   */
  readonly wraps?: string;
  /** The pruning criterion used when none is asked for. May be left out by a method that wraps another: then it is that one's. */
  readonly pruner?: string;
  /** Whether its posterior has standard deviations. Default: whether its own criterion needs them. */
  readonly hasSigma?: boolean;
  /** What else its posterior tells, for the criteria that need it. Default: what the method tells that this one is made of. */
  readonly has?: readonly Exclude<PosteriorPart, 'sigma'>[];
  create(options: Options, context: MethodContext): MadeMethod;
}

/** A named pruning criterion. */
export interface PrunerDefinition<Options = unknown> {
  /** One sentence for `bbb plugins`. */
  readonly description: string;
  /** Where it comes from: paper, equation. */
  readonly source?: string;
  /** A strict zod object; every option has a default and a `.describe()`. */
  readonly options: ZodType<Options>;
  /** What it scores. Default: `weight`. */
  readonly granularity?: Granularity;
  /** What it needs beside the weights. A sweep leaves it out for methods that do not have it. Default: nothing. */
  readonly needs?: readonly PrunerNeed[];
  /** The same as `needs: ['sigma']`. */
  readonly needsSigma?: boolean;
  /**
   * The option that holds another criterion, `{ use, options }`, for one that wraps another: `create` gets that one made. Granularity and
   * needs are those of the criterion inside where it says none.
   */
  readonly wraps?: string;
  create(options: Options, inner?: Pruner): Pruner;
}

/** How far a load is that takes its time. */
export interface DatasetProgress {
  /** For people: `pictures decoded`. */
  readonly what: string;
  readonly done: number;
  readonly total: number;
}

export interface DatasetContext {
  /** The user's `--data-dir`, if any. */
  readonly dataDir?: string;
  /** True for a set beside the main one (out-of-distribution): `dataDir` was given for the main one and may lack it. */
  readonly secondary?: boolean;
  /** Told now and then how far a load is. */
  readonly onProgress?: (progress: DatasetProgress) => void;
}

/** A named source of data. */
export interface DatasetSource<Options = unknown> {
  readonly description: string;
  readonly options: ZodType<Options>;
  /**
   * For sets of any size: the preset that a sweep starts from where none is named. What is held out and how long is trained then goes by
   * the number of examples. Absent: the default preset, as it is.
   */
  readonly preset?: string;
  /** Loads and verifies. */
  load(options: Options, context: DatasetContext): Promise<Dataset>;
}

/** A named way to propose configurations. */
export interface SamplerDefinition<Options = unknown> {
  readonly description: string;
  readonly source?: string;
  readonly options: ZodType<Options>;
  /** Whether its points depend on what was observed: such a search can't be planned in advance. */
  readonly adaptive: boolean;
  /** Of an adaptive one: so many configurations have to finish before it learns from them. Default: 0. */
  startup?(options: Options): number;
  create(options: Options): Sampler;
}

/** A named way to stop trials that are not worth their time. */
export interface SchedulerDefinition<Options = unknown> {
  readonly description: string;
  readonly source?: string;
  readonly options: ZodType<Options>;
  /**
   * Whether it decides by how a trial does beside others. Such a scheduler is refused where no trial has another to be compared
   * with. Default: no, it looks at the trial alone.
   */
  readonly compares?: boolean;
  create(options: Options): Scheduler;
}

/** A named place where trials run. */
export interface ExecutorDefinition<Options = unknown> {
  readonly description: string;
  readonly source?: string;
  readonly options: ZodType<Options>;
  /** What a trial of this machine has to itself. Absent: its trials may run on other machines, or it does not say. */
  readonly isolation?: 'thread' | 'process';
  /** Cheap: threads, processes and connections are for `start`. */
  create(options: Options): ExecutorFactory;
  /**
   * The other end of an executor for many machines, which `bbb worker` runs: takes trials of sweeps of other machines until it is told
   * to stop. Absent: all its trials run where the sweep runs.
   * @param options those of the executor
   */
  host?(options: Options, context: HostContext): Promise<void>;
}

/** A named index of a sweep's trials, kept beside the folders that are the truth. */
export interface StoreDefinition<Options = unknown> {
  readonly description: string;
  readonly source?: string;
  readonly options: ZodType<Options>;
  /**
   * Opens it with these very rows, whatever it held before. A BbbError (`E_...`: it can't be reached, ...) ends the sweep
   * before it begins; anything else is a warning.
   */
  open(options: Options, context: StoreContext): TrialIndex | Promise<TrialIndex>;
}

/** A named listener to what happens in a sweep. */
export interface ReporterDefinition<Options = unknown> {
  readonly description: string;
  readonly source?: string;
  readonly options: ZodType<Options>;
  /** Whether it writes to the terminal, where there is room for one: it takes the place of bbb's own display. */
  readonly display?: boolean;
  /** What it throws ends the sweep before it begins. */
  create(options: Options, context: ReporterContext): Reporter | Promise<Reporter>;
}

/** A named starting point of a sweep: plain JSON, the shape that `@bbb/sweep` validates. */
export interface Preset {
  readonly description: string;
  readonly source?: string;
  readonly sweep: Readonly<Record<string, unknown>>;
  /** A bandit that the methods of the sweep play in place of being compared as they are: the shape that `banditSchema` validates. */
  readonly bandit?: Readonly<Record<string, unknown>>;
}

/**
 * What a plugin module exports by default. The built-ins come through the same door.
 * Names are unique within a kind; a second plugin with the same name is refused.
 */
export interface Plugin {
  /** e.g. `bbb-plugin-movement`. */
  readonly name: string;
  readonly methods?: Readonly<Record<string, Method>>;
  /** The first one is that of trials that name none: it takes the option `hidden`. */
  readonly networks?: Readonly<Record<string, NetworkDefinition>>;
  readonly likelihoods?: Readonly<Record<string, LikelihoodDefinition>>;
  readonly pruners?: Readonly<Record<string, PrunerDefinition>>;
  readonly procedures?: Readonly<Record<string, ProcedureDefinition>>;
  readonly datasets?: Readonly<Record<string, DatasetSource>>;
  readonly samplers?: Readonly<Record<string, SamplerDefinition>>;
  readonly schedulers?: Readonly<Record<string, SchedulerDefinition>>;
  readonly executors?: Readonly<Record<string, ExecutorDefinition>>;
  readonly stores?: Readonly<Record<string, StoreDefinition>>;
  readonly reporters?: Readonly<Record<string, ReporterDefinition>>;
  readonly presets?: Readonly<Record<string, Preset>>;
  /** What to do about a name that nothing is called by, in a sentence: where a data set of that name can be got, say. */
  readonly unknownName?: ((kind: string, name: string) => string | undefined) | undefined;
}
