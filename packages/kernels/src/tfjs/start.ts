import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { KernelError } from '../errors.js';
import { isNode } from '../wasm/platform.js';

let starting: Promise<void> | undefined;

/**
 * Makes tfjs's wasm backend the active one, single-threaded; resolves at once when it already is. Works in Node's main
 * thread and in worker threads; in a browser, call `setWasmPaths` of tfjs-backend-wasm first if the .wasm files are not
 * beside the page. Throws `KERNEL_BACKEND` when the backend can't start.
 */
export function startTfjs(): Promise<void> {
  starting ??= start().finally(() => (starting = undefined));
  return starting;
}

async function start(): Promise<void> {
  if (isNode) setWasmPaths(await wasmFolder());
  setThreadsCount(1);
  const started = isNode
    ? await withoutNewListeners(() => tf.setBackend('wasm'))
    : await tf.setBackend('wasm');
  if (!started) {
    throw new KernelError(
      'KERNEL_BACKEND',
      "tfjs's wasm backend did not start. Lift a limit of the address space (ulimit -v), of which WebAssembly takes 10 GB a memory, or reinstall @tensorflow/tfjs-backend-wasm.",
    );
  }
}

async function wasmFolder(): Promise<string> {
  const { createRequire } = await import('node:module');
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  return main.replace(/[^/\\]*$/, '');
}

// Emscripten's start-up adds process-wide handlers that rethrow every error from inside a 10,000-line bundle.
async function withoutNewListeners<T>(run: () => Promise<T>): Promise<T> {
  const exceptions = new Set(process.listeners('uncaughtException'));
  const rejections = new Set(process.listeners('unhandledRejection'));
  const result = await run();
  for (const listener of process.listeners('uncaughtException')) {
    if (!exceptions.has(listener)) process.off('uncaughtException', listener);
  }
  for (const listener of process.listeners('unhandledRejection')) {
    if (!rejections.has(listener)) process.off('unhandledRejection', listener);
  }
  return result;
}
