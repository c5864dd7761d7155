import type { Datasets, TrialEnd, TrialMessage, TrialTask } from '@bbb/core';
import type { MessagePort } from 'node:worker_threads';

/** What every worker thread gets once. The pixels of the data sets stay shared. */
export interface WorkerSetup {
  readonly plugins: readonly string[];
  readonly cwd: string;
  readonly datasets: Datasets;
  /** A worker that holds more than this after a trial asks to be replaced, bytes. */
  readonly memoryLimit: number;
}

/** One task of a worker thread. */
export interface WorkerTask {
  readonly task: TrialTask;
  readonly port: MessagePort;
  /** One shared 32-bit integer: anything but 0 asks the trial to stop. */
  readonly stop: Int32Array;
}

/**
 * What comes through the port. After an `end` with `retire`, the worker waits to be ended: it may be broken, or too big.
 */
export type WorkerMessage =
  TrialMessage | { readonly type: 'end'; readonly end: TrialEnd; readonly retire: boolean };
