import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { BbbError, fromErrorRecord, type ErrorRecord } from '@bbb/core';
import { NO_STEPS, type Steps } from '../progress/work.js';
import type { ReportRequest, Report } from './request.js';

const FEWER_FORMATS = 'Type bbb report DIR --format html, which needs less memory. The results are kept.';

/** The thread's outcome, sent after its progress. */
export type ReportMessage =
  | { readonly report: Report }
  | { readonly error: ErrorRecord }
  | { readonly step: string }
  | { readonly share: number };

/**
 * Reports on a sweep's folder, and writes its files, in a separate thread. This thread goes on handling signals, which
 * end the process at once, thread included. Files are written whole or not at all.
 *
 * @param steps called with what the thread does
 * @throws what reading, computing and writing throw
 */
export async function reportInThread(request: ReportRequest, steps: Steps = NO_STEPS): Promise<Report> {
  const worker = new Worker(createRequire(import.meta.url).resolve('#report-worker'), {
    workerData: request,
  });
  let onShare = steps('reading results');
  const message = await new Promise<ReportMessage>((done, failed) => {
    worker.on('message', (got: ReportMessage) => {
      if ('step' in got) onShare = steps(got.step);
      else if ('share' in got) onShare(got.share);
      else done(got);
    });
    worker.once('error', failed);
    worker.once('exit', (code) =>
      failed(
        new BbbError('E_REPORT_THREAD', `The thread that makes the report ended with code ${code}.`, {
          hint: FEWER_FORMATS,
        }),
      ),
    );
  });
  await worker.terminate();
  if ('error' in message) throw fromErrorRecord(message.error);
  if ('report' in message) return message.report;
  throw new BbbError('E_REPORT_THREAD', 'The thread that makes the report ended without a result.', {
    hint: FEWER_FORMATS,
  });
}
