import { parentPort, workerData } from 'node:worker_threads';
import { toErrorRecord } from '@bbb/core';
import { renderHtml } from '@bbb/report';
import { readOrigin, readSweep } from '@bbb/sweep';
import type { ReportMessage } from './report.js';

// Errors travel as records, because a message would lose their class and code.
const dir = workerData as string;
const message: ReportMessage = await Promise.all([readSweep(dir), readOrigin(dir)])
  .then(([data, origin]) => ({ html: renderHtml(data, { origin }) }))
  .catch((error: unknown) => ({ error: toErrorRecord(error) }));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origins
parentPort!.postMessage(message);
