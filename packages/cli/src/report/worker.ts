import { parentPort, workerData } from 'node:worker_threads';
import { toErrorRecord } from '@bbb/core';
import { makeReport } from './make.js';
import type { ReportRequest } from './request.js';
import type { ReportMessage } from './in-thread.js';

/** Milliseconds between two progress messages of a step. */
const EVERY = 100;

// Errors travel as records, because a message would lose their class and code.
const message: ReportMessage = await makeReport(workerData as ReportRequest, steps).then(
  (report) => ({ report }),
  (error: unknown) => ({ error: toErrorRecord(error) }),
);
post(message);

function steps(step: string): (share: number) => void {
  post({ step });
  let posted = performance.now();
  return (share) => {
    if (performance.now() - posted < EVERY) return;
    posted = performance.now();
    post({ share });
  };
}

function post(what: ReportMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origins
  parentPort!.postMessage(what);
}
