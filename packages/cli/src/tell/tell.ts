import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { BbbError, fromErrorRecord, type ErrorRecord } from '@bbb/core';
import type { TellRequest, Told } from './request.js';

/** What the thread answers. */
export type TellMessage = { readonly told: Told } | { readonly error: ErrorRecord };

/**
 * Tells what a sweep's folder holds, and writes its report, in a thread of its own: this one goes on listening to signals, which
 * end the process at once, thread and all. Files are whole or not there.
 * @throws what reading, computing and writing throw
 */
export async function tell(request: TellRequest): Promise<Told> {
  const worker = new Worker(createRequire(import.meta.url).resolve('#teller'), { workerData: request });
  const message = await new Promise<TellMessage>((done, failed) => {
    worker.once('message', done);
    worker.once('error', failed);
    worker.once('exit', (code) =>
      failed(new BbbError('E_REPORT_THREAD', `The thread that makes the report ended with code ${code}.`)),
    );
  });
  await worker.terminate();
  if ('error' in message) throw fromErrorRecord(message.error);
  return message.told;
}
