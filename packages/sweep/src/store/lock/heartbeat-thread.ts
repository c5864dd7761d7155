import { parentPort, workerData } from 'node:worker_threads';
import { keepBeating } from './beat.js';

/** What the thread of a heartbeat is told. */
export interface Heart {
  readonly path: string;
  readonly token: string;
  readonly everyMs: number;
}

const { path, token, everyMs } = workerData as Heart;
keepBeating(path, token, everyMs, () => parentPort!.postMessage('lost'));
// Keeps the thread there; whoever started it ends it.
parentPort!.on('message', () => undefined);
