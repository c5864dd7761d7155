import { readFile, stat } from 'node:fs/promises';
import { BbbError, type Registry } from '@bbb/core';
import { loadPredictor, type Predictor } from '@bbb/predict';
import { encodeModel } from '@bbb/predict/format';
import { storeNetwork } from '@bbb/predict/store';
import { UsageError } from '../errors/usage.js';
import { warn } from '../io/output.js';
import { openNetwork, type OpenNetwork } from '../network/open.js';
import type { Steps } from '../progress/work.js';
import { calibrationOf } from './calibrate.js';

/** A predictor, and the model file that it was opened from. */
export interface OpenPredictor {
  readonly predictor: Predictor;
  readonly file: Uint8Array;
}

/**
 * Opens a model file, a checkpoint or the folder of a trial for prediction.
 * @param threads number of threads that calibrate the network of a trial
 * @throws UsageError for `--max-risk` with a network that predicts numbers
 */
export async function openPredictor(
  place: string,
  { threads, steps, ...wishes }: ModelWishes & { readonly threads: number; readonly steps: Steps },
  registry: Registry,
): Promise<OpenPredictor> {
  const stored = (await stat(place)).isDirectory() ? undefined : await fromFile(place);
  if (stored) {
    checkRisk(stored.predictor.model.target.kind, wishes);
    return stored;
  }
  const network = await openNetwork(place, registry, threads);
  try {
    checkRisk(network.data.target.kind, wishes);
    const file = await modelFile(network, wishes, registry, steps);
    return { file, predictor: await loadPredictor(file) };
  } finally {
    network.close();
  }
}

function checkRisk(kind: 'class' | 'real', { maxRisk }: ModelWishes): void {
  if (maxRisk === undefined || kind === 'class') return;
  throw new UsageError(
    '--max-risk needs a model that predicts classes; this one predicts numbers.',
    'Leave --max-risk out: each answer has an interval that says how sure the model is.',
  );
}

/** Undefined if the file is not a model file, e.g. a checkpoint. */
async function fromFile(place: string): Promise<OpenPredictor | undefined> {
  const file = await readFile(place);
  try {
    return { file, predictor: await loadPredictor(file) };
  } catch (error) {
    // A damaged model file without the ending `.bbb` is treated as a checkpoint, which then gives the error.
    if (error instanceof BbbError && error.code === 'E_MODEL_FILE' && !place.endsWith('.bbb'))
      return undefined;
    throw error;
  }
}

interface ModelWishes {
  readonly samples?: number;
  readonly maxRisk?: number;
  readonly dataDir?: string;
}

/**
 * A network as a model file. It is calibrated if its training data can be loaded.
 * @throws BbbError if they can't be loaded and the user gave `--max-risk`
 */
async function modelFile(
  network: OpenNetwork,
  { samples = network.trial.prediction.samples, maxRisk, dataDir }: ModelWishes,
  registry: Registry,
  steps: Steps,
): Promise<Uint8Array<ArrayBuffer>> {
  let calibration: Awaited<ReturnType<typeof calibrationOf>>;
  try {
    calibration = await calibrationOf(network, registry, { samples, maxRisk, dataDir }, steps);
  } catch (error) {
    if (maxRisk !== undefined || dataDir !== undefined) throw error;
    warn(`Answers have no prediction sets and no calibration: ${(error as Error).message}`);
  }
  if (maxRisk !== undefined && !calibration) {
    throw new UsageError(
      'The trial has no validation examples to choose the threshold of --max-risk on.',
      'Train with --validation 1000, or import a foreign network with bbb import --calibration 2000.',
    );
  }
  const { model, tensors } = storeNetwork(network, {
    samples,
    ...(calibration ? { calibration } : {}),
  });
  return encodeModel(model, tensors);
}
