import { createRequire } from 'node:module';
import { BbbError } from '@bbb/core';
import type { Answer, PredictOptions, Predictor } from '@bbb/predict';
import { Piscina } from 'piscina';
import type { Batch } from './batches.js';

export interface Answering {
  readonly predictor: Predictor;
  /** The model file that the predictor was opened from. Each thread opens it again. */
  readonly file: Uint8Array;
  /** Most threads that compute answers. */
  readonly threads: number;
  /** Seconds of work from which threads are worth starting: starting takes about a tenth of a second. Default: 0.3. */
  readonly worth?: number;
}

/** One batch for a thread. */
export interface AnswerTask {
  readonly input: Batch['input'];
  readonly options: PredictOptions;
}

/**
 * The answers to all batches, in order. This thread answers the first batch, and also the rest if that will not take long; otherwise a pool does.
 * The answers do not depend on the thread.
 * @param onShare called with the share that is done
 * @throws BbbError `E_PREDICT_THREAD` if a thread ended; what `predictAll` throws
 */
export async function answerAll(
  batches: readonly Batch[],
  options: PredictOptions,
  { predictor, file, threads, worth = 0.3 }: Answering,
  onShare: (share: number) => void,
): Promise<Answer[]> {
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  let done = 0;
  const answered = (answers: Answer[]): Answer[] => {
    done += answers.length;
    onShare(done / rows);
    return answers;
  };
  const here = ({ input }: Batch): Answer[] => answered(predictor.predictAll(input, options));
  const [first, ...rest] = batches;
  if (!first) return [];
  const began = performance.now();
  const answers = here(first);
  const seconds = (performance.now() - began) / 1000;
  const isLong = (seconds * (rows - first.rows)) / first.rows > worth;
  if (threads === 1 || rest.length < 2 || !isLong) return [...answers, ...rest.flatMap(here)];
  const count = Math.min(threads, rest.length);
  return [...answers, ...(await elsewhere(rest, options, { file, threads: count }, answered))];
}

async function elsewhere(
  batches: readonly Batch[],
  options: PredictOptions,
  { file, threads }: Omit<Answering, 'predictor'>,
  answered: (answers: Answer[]) => Answer[],
): Promise<Answer[]> {
  const pool = new Piscina<AnswerTask, Answer[]>({
    filename: createRequire(import.meta.url).resolve('#answerer'),
    minThreads: threads,
    maxThreads: threads,
    // With Atomics.wait, an idle thread could not be ended.
    atomics: 'disabled',
    workerData: shared(file),
  });
  // Without this listener, a thread that breaks between two batches would end the process. The next batch reports the error.
  pool.on('error', () => undefined);
  try {
    const parts = batches.map(async ({ input }) =>
      answered(await pool.run({ input, options }, { transferList: [input.buffer] })),
    );
    return (await Promise.all(parts)).flat();
  } catch (error) {
    throw new BbbError(
      'E_PREDICT_THREAD',
      `A thread that computed answers ended unexpectedly: ${(error as Error).message}`,
      {
        hint: 'Run it again with --threads 1, which needs less memory.',
        cause: error,
      },
    );
  } finally {
    await pool.destroy();
  }
}

/** One copy of the file for all threads. */
function shared(file: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(file.length));
  copy.set(file);
  return copy;
}
