import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { BbbError, fromErrorRecord, type ErrorRecord } from '@bbb/core';
import { sweepStatus } from '@bbb/sweep';

/** The thread's answer. */
export type ReportMessage = { readonly html: string } | { readonly error: ErrorRecord };

/** The HTML report of a folder. */
export interface Reports {
  /** The report of the current results. It is made again if a trial has ended since the last call. */
  html(): Promise<string>;
  /** Stops the work that is running. */
  close(): Promise<void>;
}

/**
 * Makes reports in a thread: for thousands of trials a report takes seconds, and the server must still answer. One report is made at a
 * time, and all requests during that time get the same one.
 */
export function createReport(dir: string): Reports {
  let made: { readonly version: string; readonly html: string } | undefined;
  let making: { readonly worker: Worker; readonly html: Promise<string> } | undefined;
  return {
    async html() {
      const { trials } = await sweepStatus(dir);
      const version = JSON.stringify(trials.map(({ id, state, sha256 }) => [id, state, sha256]));
      if (made?.version === version) return made.html;
      if (making) return making.html;
      const worker = new Worker(createRequire(import.meta.url).resolve('#report'), { workerData: dir });
      making = { worker, html: answerOf(worker) };
      try {
        const html = await making.html;
        made = { version, html };
        return html;
      } finally {
        making = undefined;
        await worker.terminate();
      }
    },
    async close() {
      await making?.worker.terminate();
    },
  };
}

async function answerOf(worker: Worker): Promise<string> {
  const message = await new Promise<ReportMessage>((done, failed) => {
    worker.once('message', done);
    worker.once('error', failed);
    worker.once('exit', () =>
      failed(
        new BbbError('E_REPORT_THREAD', 'The report was not finished: the thread that makes it ended.', {
          hint: 'Reload the page. If it happens again, run bbb report DIR in a terminal.',
        }),
      ),
    );
  });
  if ('error' in message) throw fromErrorRecord(message.error);
  return message.html;
}
