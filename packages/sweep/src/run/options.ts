import type { Datasets, ExecutorFactory, Registry, SweepEvent, Use } from '@bbb/core';

export interface SweepOptions {
  /** The sweep's folder. It is made if it does not exist. */
  readonly dir: string;
  /**
   * Plugins of the sweep as `loadPlugins` takes them. The threads load them again by these names, so a name must mean
   * the same in every thread; `import.meta.resolve('@bbb/plugins')` gives such a name for the built-in ones.
   */
  readonly plugins: readonly string[];
  /** Where plugin names are looked up from. Default: the current folder. */
  readonly cwd?: string;
  /** The user's `--data-dir`. */
  readonly dataDir?: string;
  /** The data, for a caller that has them from `loadData`. Default: they are loaded. */
  readonly datasets?: Datasets;
  /** Trials at a time. Default: what the executor has, e.g. the cores there are. */
  readonly workers?: number;
  /** Add trials to a folder that holds another sweep, as long as the plan has all that are there. Default false. */
  readonly extend?: boolean;
  /** Take over the lock of another machine, when it is known that its process has ended. Default false. */
  readonly takeOver?: boolean;
  /** Run trials again that failed earlier. Default false: they stay failed. */
  readonly retryFailed?: boolean;
  /** Stop at the first trial that fails for good. Default false. */
  readonly failFast?: boolean;
  /** How often a trial is tried again after an error, a crash, a trap or a timeout. Default 1. Divergence is final. */
  readonly maxRetries?: number;
  /** Longest time for one attempt at a trial, seconds. Default: none. */
  readonly timeoutSeconds?: number;
  /** Training time after which a checkpoint is due at the end of an epoch, seconds. Default 2; 0: after every epoch. */
  readonly checkpointSeconds?: number;
  /**
   * Where trials run: a plugin by name, e.g. `{use: 'processes', options: {}}`, or an object that starts one. Default
   * `threads`, of this process.
   */
  readonly executor?: Use | ExecutorFactory;
  /** The index that is kept beside the folders. Default `sqlite`. */
  readonly store?: Use;
  /** Reporters that get the events, beside `onEvent`. Default: none. */
  readonly reporters?: readonly Use[];
  /**
   * Where names are looked up in this process. Default: `plugins` are loaded, and those of this package are there too.
   * A registry that is given begins with the plugins that `plugins` names, in their order.
   */
  readonly registry?: Registry;
  /** Abort it to stop every trial at its next checkpoint. The reason (`SIGINT`, `SIGTERM`) is kept in the outcome. */
  readonly signal?: AbortSignal;
  /** Abort it to stop at once. Work since the last checkpoint is done again on resume. */
  readonly kill?: AbortSignal;
  /** Called in order, synchronously; what it throws ends the sweep as `halted`. */
  readonly onEvent?: (event: SweepEvent) => void;
}
