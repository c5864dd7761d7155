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

/** The context that a method is made with. */
export interface MethodContext {
  readonly architecture: Architecture;
  readonly likelihood: Likelihood;
  readonly ops: Ops;
  readonly optimizer: Optimizer;
  /** Most rows of a batch. Scratch memory is allocated for this number. */
  readonly batchSize: number;
  /**
   * Makes another method with the same context, for methods that wrap another one. Always present in a trial.
   * @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`, `E_METHOD`
   */
  readonly method?: (use: Use) => MadeMethod;
}

/** What `create` of a method returns. */
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
  /** Training options of this method that differ from `DEFAULT_TRAINING`. */
  readonly training?: Partial<TrainingOptions>;
  /**
   * Name of the option that holds the method inside this one, `{ use, options }`. The options of the inner method are completed, too. Its training
   * defaults, pruner and `hasSigma` apply if this method does not say them. `create` makes it with {@link MethodContext.method}.
   */
  readonly wraps?: string;
  /** The default pruning criterion. A method that wraps another one may leave it out: then it is that of the inner method. */
  readonly pruner?: string;
  /** Whether its posterior has standard deviations. Default: true if its default criterion needs them. */
  readonly hasSigma?: boolean;
  /** What else its posterior has, for criteria that need it. Default: what the inner method has. */
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
  /** What it needs beside the means of the weights. A sweep does not use it for methods that lack this. Default: nothing. */
  readonly needs?: readonly PrunerNeed[];
  /** The same as `needs: ['sigma']`. */
  readonly needsSigma?: boolean;
  /**
   * Name of the option that holds another criterion, `{ use, options }`, for a criterion that wraps one. `create` gets the inner criterion already
   * made. Its granularity and needs apply if this one does not say them.
   */
  readonly wraps?: string;
  create(options: Options, inner?: Pruner): Pruner;
}

/** Progress of loading data, if it takes long. */
export interface DatasetProgress {
  /** For people: `pictures decoded`. */
  readonly what: string;
  readonly done: number;
  readonly total: number;
}

export interface DatasetContext {
  /** The user's `--data-dir`, if any. */
  readonly dataDir?: string;
  /** True for an out-of-distribution set: `dataDir` was given for the main set, and may not contain this one. */
  readonly secondary?: boolean;
  /** Called now and then with the progress. */
  readonly onProgress?: (progress: DatasetProgress) => void;
}

/** The content of a user's own files. */
export type OwnFiles = 'table' | 'arrays' | 'pictures';

/** A named source of data. */
export interface DatasetSource<Options = unknown> {
  readonly description: string;
  readonly options: ZodType<Options>;
  /**
   * For sets of any size: the preset that a sweep starts from if the user names none. The number of examples then decides how many are held out
   * and how long training takes. Absent: the default preset, unchanged.
   */
  readonly preset?: string;
  /** Files of the user's own that it reads: `bbb data inspect` takes the first source for what it finds. Absent: it has its own data. */
  readonly reads?: OwnFiles;
  /** Loads the data and verifies them. */
  load(options: Options, context: DatasetContext): Promise<Dataset>;
}

/** A named way to propose configurations of a search. */
export interface SamplerDefinition<Options = unknown> {
  readonly description: string;
  readonly source?: string;
  readonly options: ZodType<Options>;
  /** Whether its points depend on results. Such a search can't be planned in advance. */
  readonly adaptive: boolean;
  /** For an adaptive sampler: number of configurations that must finish before it learns from them. Default: 0. */
  startup?(options: Options): number;
  create(options: Options): Sampler;
}

/** A named way to stop trials that are not promising. */
export interface SchedulerDefinition<Options = unknown> {
  readonly description: string;
  readonly source?: string;
  readonly options: ZodType<Options>;
  /**
   * Whether it compares a trial with others. Such a scheduler is refused if no trial has another one to be compared with. Default: no, it looks
   * only at the trial itself.
   */
  readonly compares?: boolean;
  create(options: Options): Scheduler;
}

/** A named place where trials run. */
export interface ExecutorDefinition<Options = unknown> {
  readonly description: string;
  readonly source?: string;
  readonly options: ZodType<Options>;
  /**
   * Whether each trial on this machine has its own thread or its own process. Absent: trials may run on other machines, or the executor
   * does not say.
   */
  readonly isolation?: 'thread' | 'process';
  /** Must be cheap: threads, processes and connections are made by `start`. */
  create(options: Options): ExecutorFactory;
  /**
   * For `bbb worker`: the part of an executor for several machines that runs trials for sweeps on other machines until it is stopped.
   * Absent: all trials run on the machine of the sweep.
   * @param options options of the executor
   */
  host?(options: Options, context: HostContext): Promise<void>;
}

/** A named index of the trials of a sweep. The folders of the trials are the truth; the index only mirrors them. */
export interface StoreDefinition<Options = unknown> {
  readonly description: string;
  readonly source?: string;
  readonly options: ZodType<Options>;
  /**
   * Opens the index with exactly these rows, whatever it held before. A BbbError (e.g. because it can't be reached) ends the sweep before it
   * begins; any other error is only a warning.
   */
  open(options: Options, context: StoreContext): TrialIndex | Promise<TrialIndex>;
}

/** A named listener for the events of a sweep. */
export interface ReporterDefinition<Options = unknown> {
  readonly description: string;
  readonly source?: string;
  readonly options: ZodType<Options>;
  /** Whether it writes to the terminal. Only one reporter can, so it replaces bbb's own display. */
  readonly display?: boolean;
  /** If it throws, the sweep ends before it begins. */
  create(options: Options, context: ReporterContext): Reporter | Promise<Reporter>;
}

/** A named starting point of a sweep: plain JSON, the shape that `@bbb/sweep` validates. */
export interface Preset {
  readonly description: string;
  readonly source?: string;
  readonly sweep: Readonly<Record<string, unknown>>;
  /** If given, the methods of the sweep play this bandit. It has the form that `banditSchema` validates. */
  readonly bandit?: Readonly<Record<string, unknown>>;
}

/**
 * What a plugin module exports by default. The built-in parts are such a plugin, too.
 * Names are unique within a kind; a second plugin with the same name is refused.
 */
export interface Plugin {
  /** e.g. `bbb-plugin-movement`. */
  readonly name: string;
  readonly methods?: Readonly<Record<string, Method>>;
  /** The first network is used by trials that name none. It must have the option `hidden`. */
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
  /** Returns a sentence that says what to do about an unknown name, e.g. where to get a data set of that name. */
  readonly unknownName?: ((kind: string, name: string) => string | undefined) | undefined;
}
