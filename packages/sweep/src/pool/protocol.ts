import type { Datasets, TrialEnd, TrialMessage, TrialTask } from '@bbb/core';
import type { MessagePort } from 'node:worker_threads';

/** The setup of a worker thread, sent once. Features and targets are in shared memory. */
export interface WorkerSetup {
  readonly plugins: readonly string[];
  readonly cwd: string;
  readonly datasets: Datasets;
  /** A worker that holds more than this after a trial asks to be replaced, bytes. */
  readonly memoryLimit: number;
  /** Most threads that a trial may be given. With 1, the default, its ops work in tfjs's memory. */
  readonly threads?: number;
}

/** One task of a worker thread. */
export interface WorkerTask {
  readonly task: TrialTask;
  readonly port: MessagePort;
  /** One shared 32-bit integer: anything but 0 asks the trial to stop. */
  readonly stop: Int32Array;
  /** One shared 32-bit integer: how many threads the trial has, from its next epoch on. */
  readonly threads: Int32Array;
}

/**
 * Messages through the port. After an `end` with `retire`, the worker waits to be ended: it may be broken, or use too much memory.
 */
export type WorkerMessage =
  TrialMessage | { readonly type: 'end'; readonly end: TrialEnd; readonly retire: boolean };
