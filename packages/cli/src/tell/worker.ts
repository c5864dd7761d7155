import { parentPort, workerData } from 'node:worker_threads';
import { toErrorRecord } from '@bbb/core';
import { makeTold } from './make.js';
import type { TellRequest } from './request.js';
import type { TellMessage } from './tell.js';

/** Milliseconds between two progress messages of a step. */
const EVERY = 100;

// Errors travel as records, because a message would lose their class and code.
const message: TellMessage = await makeTold(workerData as TellRequest, steps).then(
  (told) => ({ told }),
  (error: unknown) => ({ error: toErrorRecord(error) }),
);
post(message);

function steps(step: string): (share: number) => void {
  post({ step });
  let told = performance.now();
  return (share) => {
    if (performance.now() - told < EVERY) return;
    told = performance.now();
    post({ share });
  };
}

function post(what: TellMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origins
  parentPort!.postMessage(what);
}
