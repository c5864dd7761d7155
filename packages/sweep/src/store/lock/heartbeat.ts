import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { keepBeating } from './beat.js';
import type { Heart } from './heartbeat-thread.js';

/**
 * Keeps a lock's date new, from a thread of its own: whatever keeps this one busy (a search that thinks, a large report),
 * the process is alive.
 * @param onLost told once when the lock is another's: this process was stopped for so long that it was thought dead
 * @returns ends it
 */
export function startHeartbeat(heart: Heart, onLost: () => void): () => void {
  let stopHere: () => void = () => undefined;
  // Where there is no thread to be had, this one has to do.
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
    // Nobody waits for it: a beat that is still to come finds no lock of its own.
    void thread?.terminate();
  };
}

function threadOf(workerData: Heart): Worker | undefined {
  const file = createRequire(import.meta.url).resolve('#heartbeat');
  try {
    // What the process was started with (a loader, a debugger) takes its time, and is not for this.
    return new Worker(file, { workerData, ...(file.endsWith('.js') ? { execArgv: [] } : {}) });
  } catch {
    return undefined;
  }
}
