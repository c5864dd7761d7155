import { loadPredictor, type Answer, type Predictor } from '@bbb/predict';
import { Piscina } from 'piscina';
import type { AnswerTask } from './answer-all.js';

let opening: Promise<Predictor> | undefined;

/** Answers one batch, in a thread of `answerAll`. */
export default async ({ input, options }: AnswerTask): Promise<Answer[]> => {
  // Make a copy, because the functions that unzip and decode text do not accept shared memory.
  opening ??= loadPredictor((Piscina.workerData as Uint8Array).slice());
  return (await opening).predictAll(input, options);
};
