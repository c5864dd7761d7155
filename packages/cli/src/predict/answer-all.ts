import { createRequire } from 'node:module';
import { BbbError } from '@bbb/core';
import type { Answer, PredictOptions, Predictor } from '@bbb/predict';
import { Piscina } from 'piscina';
import type { Batch } from './batches.js';

export interface Answering {
  readonly predictor: Predictor;
  /** The model file that the predictor was opened from: each thread opens it again. */
  readonly file: Uint8Array;
  /** Most threads that answer. */
  readonly threads: number;
  /** Seconds of work from which on threads are started: they need a tenth of one. Default: 0.3. */
  readonly worth?: number;
}

/** What a thread answers. */
export interface AnswerTask {
  readonly input: Batch['input'];
  readonly options: PredictOptions;
}

/**
 * The answers to all batches, in order. This thread answers the first one, and the rest too if that will not take long; else a pool does.
 * Answers are the same whoever gives them.
 * @param told which share is done
 * @throws BbbError `E_PREDICT_THREAD` where a thread ended; what `predictAll` throws
 */
export async function answerAll(
  batches: readonly Batch[],
  options: PredictOptions,
  { predictor, file, threads, worth = 0.3 }: Answering,
  told: (share: number) => void,
): Promise<Answer[]> {
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  let done = 0;
  const answered = (answers: Answer[]): Answer[] => {
    done += answers.length;
    told(done / rows);
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
  // A thread that breaks between two batches would end the process; the next batch tells.
  pool.on('error', () => undefined);
  try {
    const parts = batches.map(async ({ input }) =>
      answered(await pool.run({ input, options }, { transferList: [input.buffer] })),
    );
    return (await Promise.all(parts)).flat();
  } catch (error) {
    throw new BbbError('E_PREDICT_THREAD', `A thread that answered ended: ${(error as Error).message}`, {
      hint: 'Run it again with --threads 1, which needs less memory.',
      cause: error,
    });
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
