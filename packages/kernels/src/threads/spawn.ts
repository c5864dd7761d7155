import type { Worker } from 'node:worker_threads';
import { kernelsFolder } from '../wasm/module.js';
import { isNode } from '../wasm/platform.js';
import type { ThreadStart } from './thread.js';

/** A thread that was started. */
export interface Helper {
  /** Whether it has ended. This works while the thread that started it blocks and gets no events. */
  hasEnded(): boolean;
}

/** Starts a thread. `onFailure` is called when it can't start, or ends. */
export type Spawn = (start: ThreadStart, onFailure: (why: string) => void) => Helper;

/** Whether threads can share memory here: in Node, and in pages that are cross-origin isolated. */
export const canShareMemory = (): boolean => isNode || globalThis.crossOriginIsolated;

/** How threads are started here. */
export function threadSpawner(): Promise<Spawn> {
  return isNode ? inNode() : Promise.resolve(inBrowser);
}

// The same relative paths from src/threads and from dist/threads. They are literals, because for a computed name bundlers include the whole folder.
const inNodeFile = (): URL => new URL('../../dist/threads/node-thread.js', import.meta.url);
const inBrowserFile = (): URL => new URL('../../dist/threads/browser-thread.js', import.meta.url);

async function inNode(): Promise<Spawn> {
  const { Worker } = await import('node:worker_threads');
  return (start, onFailure) => {
    // The thread must not get the flags of the process, because Node refuses some of them in threads.
    const worker = new Worker(inNodeFile(), { workerData: start, execArgv: [], env: {} });
    // An idle thread must not keep the process alive.
    worker.unref();
    return watched(worker, onFailure);
  };
}

/** Reports the end of a thread of Node, by an event and on request. */
export function watched(worker: Worker, onFailure: (why: string) => void): Helper {
  worker.on('error', (error) => onFailure(error instanceof Error ? error.message : String(error)));
  worker.on('exit', (code) => onFailure(`it ended with code ${code}`));
  const hasEnded = (): boolean => worker.performance.eventLoopUtilization().idle < 0;
  // Node only reports it for threads whose utilisation was read once while they ran.
  worker.once('online', hasEnded);
  return { hasEnded };
}

const inBrowser: Spawn = (start, onFailure) => {
  const folder = kernelsFolder();
  const url =
    folder === undefined ? inBrowserFile() : new URL(`${folder}threads/browser-thread.js`, location.href);
  const worker = new globalThis.Worker(url, { type: 'module' });
  worker.addEventListener('error', ({ message }) => onFailure(message || `${url.href} does not load`));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  worker.postMessage(start);
  // A page can't find out, so it waits until its time limit.
  return { hasEnded: () => false };
};
