import { kernelsFolder } from '../wasm/module.js';
import { isNode } from '../wasm/platform.js';
import type { ThreadStart } from './thread.js';

/** Starts a thread. `onFailure` is called when it can't start, or ends. */
export type Spawn = (start: ThreadStart, onFailure: (why: string) => void) => void;

/** Whether threads can share memory here: in Node, and in pages that are cross-origin isolated. */
export const canShareMemory = (): boolean => isNode || globalThis.crossOriginIsolated;

/** How threads are started here. */
export function threadSpawner(): Promise<Spawn> {
  return isNode ? inNode() : Promise.resolve(inBrowser);
}

// The same relative paths from src/threads and from dist/threads. Written out: for a name that is put together, bundlers take the whole folder.
const inNodeFile = (): URL => new URL('../../dist/threads/node-thread.js', import.meta.url);
const inBrowserFile = (): URL => new URL('../../dist/threads/browser-thread.js', import.meta.url);

async function inNode(): Promise<Spawn> {
  const { Worker } = await import('node:worker_threads');
  return (start, onFailure) => {
    // Not the flags of the process: a thread needs none, and some are refused in threads.
    const worker = new Worker(inNodeFile(), { workerData: start, execArgv: [], env: {} });
    worker.on('error', (error) => onFailure(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => onFailure(`it ended with code ${code}`));
    // An idle thread keeps nobody from ending.
    worker.unref();
  };
}

const inBrowser: Spawn = (start, onFailure) => {
  const folder = kernelsFolder();
  const url =
    folder === undefined ? inBrowserFile() : new URL(`${folder}threads/browser-thread.js`, location.href);
  const worker = new Worker(url, { type: 'module' });
  worker.addEventListener('error', ({ message }) => onFailure(message || `${url.href} does not load`));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  worker.postMessage(start);
};
