import { parentPort, workerData } from 'node:worker_threads';
import { keepBeating } from './beat.js';

/** What the thread of a heartbeat is told. */
export interface Heart {
  readonly path: string;
  readonly token: string;
  readonly everyMs: number;
}

const port = parentPort!;
const { path, token, everyMs } = workerData as Heart;
const say = (word: string): void => port.postMessage(word);
keepBeating(path, token, everyMs, () => say('lost'));
// Keeps the thread there; whoever started it ends it.
port.on('message', () => undefined);
