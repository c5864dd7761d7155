import { MessageChannel } from 'node:worker_threads';
import {
  type Execution,
  type Executor,
  toErrorRecord,
  type TrialEnd,
  type TrialMessage,
  type TrialTask,
} from '@bbb/core';
import { Piscina } from 'piscina';
import { hear } from '../executor/messages.js';
import { neverStarted, START_MS } from './never-started.js';
import { threadShares } from '../executor/thread-shares.js';
import type { WorkerSetup, WorkerTask } from './protocol.js';
import { workerFile } from './worker-file.js';

export interface ThreadOptions {
  readonly workers: number;
  readonly setup: WorkerSetup;
  /** Heap of each worker's JavaScript, MiB. */
  readonly heapMegabytes?: number;
  /** A worker that has not begun its trial after this time is given up, milliseconds. */
  readonly startMs?: number;
  /** Threads that all trials have together. Default: one for each worker. */
  readonly threads?: number;
}

/** An attempt whose number of threads the caller decides. */
export interface ThreadExecution extends Execution {
  useThreads(this: void, count: number): void;
}

export interface ThreadExecutor extends Executor {
  run(...args: Parameters<Executor['run']>): ThreadExecution;
}

/** How long the last message of a worker may take to arrive, milliseconds. */
const SILENCE_MS = 10_000;

/**
 * Runs trials in worker threads of this process, each with a tfjs of its own. Three choices come from measurements. The pool's
 * smallest and largest number of threads are equal, because otherwise it does not recover from a crash. A worker that failed is never used again,
 * because a broken WebAssembly instance stays broken. Errors travel as values, because a throw loses their class and code.
 */
export function threadExecutor({
  workers,
  setup,
  heapMegabytes,
  startMs = START_MS,
  threads,
}: ThreadOptions): ThreadExecutor {
  const shares = threads === undefined ? undefined : threadShares(threads);
  const pool = new Piscina({
    filename: workerFile(),
    minThreads: workers,
    maxThreads: workers,
    // With Atomics.wait, an idle worker could not be ended.
    atomics: 'disabled',
    workerData: setup,
    ...(heapMegabytes === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } }),
  });
  // Without this listener, a worker that breaks between two trials would end the process.
  pool.on('error', () => undefined);
  return {
    capacity: workers,
    run(task, onMessage) {
      const execution = execute(pool, task, onMessage, startMs);
      const release = shares?.add(execution.useThreads);
      void execution.end.then(release);
      return execution;
    },
    close: () => pool.destroy(),
  };
}

function execute(
  pool: Piscina<WorkerTask, void>,
  task: TrialTask,
  onMessage: (message: TrialMessage) => void,
  startMs: number,
): ThreadExecution {
  const { port1, port2 } = new MessageChannel();
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const threads = new Int32Array(new SharedArrayBuffer(4)).fill(1);
  const abort = new AbortController();
  let killed = false;
  let started = false;

  const end = new Promise<TrialEnd>((resolve) => {
    let late = setTimeout(() => {
      finish(neverStarted(startMs));
      abort.abort();
    }, startMs);
    let over = false;
    const finish = (ended: TrialEnd): void => {
      over = true;
      clearTimeout(late);
      port1.close();
      resolve(ended);
    };
    port1.on('message', (said: unknown) => {
      if (over) return;
      const message = hear(said, task.planned.trial.training.epochs);
      if (message.type === 'end') {
        finish(message.end);
        if (message.retire) abort.abort();
        return;
      }
      if (message.type === 'started') {
        started = true;
        clearTimeout(late);
      }
      if (!killed) onMessage(message);
    });
    pool.run({ task, port: port2, stop, threads }, { signal: abort.signal, transferList: [port2] }).then(
      () => {
        // The end of the trial travels through another port and may arrive after the task has resolved.
        if (over) return;
        const silent = new Error('The worker ended its task without a result.');
        clearTimeout(late);
        late = setTimeout(() => finish(failed('error', silent)), SILENCE_MS);
      },
      (error: unknown) => finish(killed ? { type: 'killed' } : brokenOff(error, started)),
    );
  });
  return {
    end,
    stop: () => void Atomics.store(stop, 0, 1),
    useThreads: (count) => void Atomics.store(threads, 0, count),
    kill() {
      killed = true;
      abort.abort();
    },
  };
}

/** The end of a trial whose task was rejected. Workers return their failures as values, so a rejection means that the worker is gone. */
function brokenOff(error: unknown, started: boolean): TrialEnd {
  if (!started && !isExit(error)) {
    const record = toErrorRecord(error);
    return {
      type: 'fatal',
      error: { ...record, code: 'E_WORKER_LOAD', message: `A worker can't start: ${record.message}` },
    };
  }
  return failed(isExit(error) ? 'crash' : 'error', error);
}

/** Whether the worker ended by `process.exit` or by its heap limit. */
function isExit(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === 'ERR_WORKER_OUT_OF_MEMORY' || String(message).startsWith('worker exited with code');
}

function failed(kind: 'crash' | 'error', error: unknown): TrialEnd {
  return { type: 'failed', kind, error: toErrorRecord(error) };
}
