import { parentPort, workerData } from 'node:worker_threads';
import { keepBeating } from './beat.js';

/** The settings of a heartbeat thread. */
export interface Heart {
  readonly path: string;
  readonly token: string;
  readonly everyMs: number;
}

const port = parentPort!;
const { path, token, everyMs } = workerData as Heart;
const say = (word: string): void => port.postMessage(word);
keepBeating(path, token, everyMs, () => say('lost'));
// A listener keeps the thread alive; the thread that started it ends it.
port.on('message', () => undefined);
