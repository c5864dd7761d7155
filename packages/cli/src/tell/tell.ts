import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { BbbError, fromErrorRecord, type ErrorRecord } from '@bbb/core';
import { NO_STEPS, type Steps } from '../progress/work.js';
import type { TellRequest, Told } from './request.js';

/** What the thread answers, after it has told how far it is. */
export type TellMessage =
  | { readonly told: Told }
  | { readonly error: ErrorRecord }
  | { readonly step: string }
  | { readonly share: number };

/**
 * Tells what a sweep's folder holds, and writes its report, in a thread of its own: this one goes on listening to signals, which
 * end the process at once, thread and all. Files are whole or not there.
 *
 * @param steps told what the thread does
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
      failed(new BbbError('E_REPORT_THREAD', `The thread that makes the report ended with code ${code}.`)),
    );
  });
  await worker.terminate();
  if ('error' in message) throw fromErrorRecord(message.error);
  if ('told' in message) return message.told;
  throw new BbbError('E_REPORT_THREAD', 'The thread that makes the report told no result.');
}
