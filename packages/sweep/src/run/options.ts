import type { ExecutorFactory } from '../executor/executor.js';
import type { SweepEvent } from './events.js';

export interface SweepOptions {
  /** The sweep's folder; made where it is missing. */
  readonly dir: string;
  /**
   * Plugins of the sweep as `loadPlugins` takes them. The threads load them again by these names, so each must mean
   * the same everywhere; `import.meta.resolve('@bbb/plugins')` gives such a name for the built-in ones.
   */
  readonly plugins: readonly string[];
  /** Where plugin names are looked up from. Default: the current folder. */
  readonly cwd?: string;
  /** The user's `--data-dir`. */
  readonly dataDir?: string;
  /** Trials at a time. Default: the cores this process may use. */
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
  /** A worker that holds more memory than this after a trial is replaced, bytes. Default 1 GiB. */
  readonly memoryLimit?: number;
  /** Heap of each worker's JavaScript, MiB. Default: Node's. */
  readonly heapMegabytes?: number;
  /** `process` runs each worker in a process of its own, for plugins that may crash natively. Default `thread`. */
  readonly isolate?: 'thread' | 'process';
  /** Where trials run instead of in this process or on this machine, e.g. that of `@bbb/sweep-bullmq`. */
  readonly executor?: ExecutorFactory;
  /** Aborted: stop every trial at its next checkpoint. The reason (`SIGINT`, `SIGTERM`) is kept in the outcome. */
  readonly signal?: AbortSignal;
  /** Aborted: stop at once. Work since the last checkpoint is done again on resume. */
  readonly kill?: AbortSignal;
  /** Called in order, synchronously; what it throws ends the sweep as `halted`. */
  readonly onEvent?: (event: SweepEvent) => void;
}
