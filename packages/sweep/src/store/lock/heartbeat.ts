import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { keepBeating } from './beat.js';
import type { Heart } from './heartbeat-thread.js';

/**
 * Renews a lock's date from a separate thread, so that it stays fresh while the main thread is busy (a long search, a large report).
 * @param onLost called once when another process has the lock: this process was stopped for so long that it seemed dead
 * @returns a function that ends it
 */
export function startHeartbeat(heart: Heart, onLost: () => void): () => void {
  let stopHere: () => void = () => undefined;
  // If no thread can be started, this thread renews the date.
  const beatHere = (): void => {
    stopHere();
    stopHere = keepBeating(heart.path, heart.token, heart.everyMs, onLost);
  };
  const thread = threadOf(heart);
  thread?.on('message', onLost);
  thread?.on('error', beatHere);
  thread?.unref();
  if (!thread) beatHere();
  return () => {
    stopHere();
    thread?.off('message', onLost);
    thread?.off('error', beatHere);
    thread?.on('error', () => undefined);
    // There is no need to wait for the thread: a late heartbeat finds a lock that is not its own, and leaves it alone.
    void thread?.terminate();
  };
}

function threadOf(workerData: Heart): Worker | undefined {
  const file = createRequire(import.meta.url).resolve('#heartbeat');
  try {
    // Leaves out the loader or debugger of the main process: they would slow the start of the thread.
    return new Worker(file, { workerData, ...(file.endsWith('.js') ? { execArgv: [] } : {}) });
  } catch {
    return undefined;
  }
}
