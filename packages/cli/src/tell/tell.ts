import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { BbbError, fromErrorRecord, type ErrorRecord } from '@bbb/core';
import { NO_STEPS, type Steps } from '../progress/work.js';
import type { TellRequest, Told } from './request.js';

const FEWER_FORMATS = 'Type bbb report DIR --format html, which needs less memory. The results are kept.';

/** The thread's outcome, sent after its progress. */
export type TellMessage =
  | { readonly told: Told }
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
export async function tell(request: TellRequest, steps: Steps = NO_STEPS): Promise<Told> {
  const worker = new Worker(createRequire(import.meta.url).resolve('#teller'), { workerData: request });
  let told = steps('reading results');
  const message = await new Promise<TellMessage>((done, failed) => {
    worker.on('message', (got: TellMessage) => {
      if ('step' in got) told = steps(got.step);
      else if ('share' in got) told(got.share);
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
  if ('told' in message) return message.told;
  throw new BbbError('E_REPORT_THREAD', 'The thread that makes the report ended without a result.', {
    hint: FEWER_FORMATS,
  });
}
