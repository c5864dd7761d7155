import { parentPort, workerData } from 'node:worker_threads';
import { toErrorRecord } from '@bbb/core';
import { makeTold } from './make.js';
import type { TellRequest } from './request.js';
import type { TellMessage } from './tell.js';

// Errors travel as records: their class and code would not survive the way.
const message: TellMessage = await makeTold(workerData as TellRequest).then(
  (told) => ({ told }),
  (error: unknown) => ({ error: toErrorRecord(error) }),
);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origins
parentPort!.postMessage(message);
