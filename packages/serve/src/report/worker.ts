import { parentPort, workerData } from 'node:worker_threads';
import { toErrorRecord } from '@bbb/core';
import { renderHtml } from '@bbb/report';
import { readSweep } from '@bbb/sweep';
import type { ReportMessage } from './report.js';

// Errors travel as records: their class and code would not survive the way.
const message: ReportMessage = await readSweep(workerData as string)
  .then((data) => ({ html: renderHtml(data) }))
  .catch((error: unknown) => ({ error: toErrorRecord(error) }));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origins
parentPort!.postMessage(message);
