import { readFile, stat } from 'node:fs/promises';
import { BbbError, type Registry } from '@bbb/core';
import { loadPredictor, type Predictor } from '@bbb/predict';
import { encodeModel } from '@bbb/predict/format';
import { storeNetwork } from '@bbb/predict/store';
import { usableCores } from '@bbb/sweep';
import { UsageError } from '../errors/usage.js';
import { warn } from '../io/output.js';
import { openNetwork, type OpenNetwork } from '../network/open.js';
import type { PredictFlags } from '../options/kinds.js';
import { workProgress, type Steps } from '../progress/work.js';
import { calibrationOf } from './calibrate.js';

/** A predictor of a model file, a checkpoint or the folder of a trial. */
export async function openPredictor(
  place: string,
  flags: PredictFlags,
  registry: Registry,
): Promise<Predictor> {
  const stored = (await stat(place)).isDirectory() ? undefined : await fromFile(place);
  if (stored) {
    if ((flags.threads ?? 1) > 1) throw threadsOfModelFile();
    return stored;
  }
  const network = await openNetwork(place, registry, flags.threads ?? usableCores());
  const work = workProgress();
  try {
    return await loadPredictor(await modelFile(network, flags, registry, work.step));
  } finally {
    work.close();
    network.close();
  }
}

/** A model file is calibrated already, and @bbb/predict answers on the thread that asks it. */
const threadsOfModelFile = (): UsageError =>
  new UsageError(
    'A model file needs one thread: it was calibrated when it was written.',
    'Leave --threads off. To answer for many rows on several cores, start one bbb predict for each part of them.',
  );

/** Undefined for a file that is no model file: a checkpoint, perhaps. */
async function fromFile(place: string): Promise<Predictor | undefined> {
  let predictor: Predictor;
  try {
    predictor = await loadPredictor(await readFile(place));
  } catch (error) {
    // A damaged model file is told as a checkpoint that can't be read, unless it says itself what it is.
    if (error instanceof BbbError && error.code === 'E_MODEL_FILE' && !place.endsWith('.bbb'))
      return undefined;
    throw error;
  }
  return predictor;
}

export interface ModelWishes {
  readonly samples?: number;
  readonly maxRisk?: number;
  readonly dataDir?: string;
}

/**
 * A network as a model file, calibrated if the data it was trained on can be had.
 * @throws BbbError when they can't, and a risk was asked for
 */
export async function modelFile(
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
    warn(`Without sets and calibration: ${(error as Error).message}`);
  }
  if (maxRisk !== undefined && !calibration) {
    throw new UsageError(
      'The trial held no examples out to choose a threshold on.',
      'Train with --validation 1000.',
    );
  }
  const { model, tensors } = storeNetwork(network, {
    samples,
    ...(calibration ? { calibration } : {}),
  });
  return encodeModel(model, tensors);
}
