import { loadPredictor, type Predictor } from '@bbb/predict';
import type { Manifest, ModelEntry } from '../src/demo/manifest.js';
import type { Pixels } from './picture.js';

/** The answer of a network to one image. */
export interface Answered {
  readonly probabilities: readonly number[];
  /** Probabilities by draw, then by class; empty for a network without draws. */
  readonly draws: readonly (readonly number[])[];
  readonly set?: readonly number[];
  readonly entropy: number;
  readonly mutualInformation: number;
  readonly milliseconds: number;
}

/** The probability below which an answer is wrong more often than a risk allows. */
export interface Threshold {
  readonly risk: number;
  readonly probability: number;
}

/** An open model. */
export interface Opened {
  readonly ask: (pixels: Pixels) => Answered;
  /** Thresholds by ascending risk. Empty for a model that was not calibrated for its draws. */
  readonly thresholds: readonly Threshold[];
}

/** Returns a function that opens the file of a model, and keeps it for later calls. */
export function createModels({ samples }: Manifest): (entry: ModelEntry) => Promise<Opened> {
  const known = new Map<string, Promise<Opened>>();
  return (entry) => {
    const found = known.get(entry.file) ?? open(entry, samples);
    known.set(entry.file, found);
    // If a file could not be loaded, the next call tries again.
    found.catch(() => known.delete(entry.file));
    return found;
  };
}

async function open({ file }: ModelEntry, samples: number): Promise<Opened> {
  const response = await fetch(file);
  if (!response.ok)
    throw new Error(`The network ${file} can't be had: ${response.status} ${response.statusText}`);
  const predictor = await loadPredictor(await response.arrayBuffer());
  const { calibration } = predictor.model;
  const { risks = [] } = calibration?.samples === samples ? calibration : {};
  return {
    ask: (pixels) => ask(predictor, pixels, samples),
    thresholds: risks.toSorted((a, b) => a.risk - b.risk),
  };
}

function ask(predictor: Predictor, pixels: Pixels, samples: number): Answered {
  const began = performance.now();
  const answer = predictor.predict(pixels, { samples });
  const milliseconds = performance.now() - began;
  if (answer.kind !== 'class') throw new Error('This page shows networks that name classes.');
  const { probabilities, set, entropy, mutualInformation } = answer;
  return {
    probabilities,
    draws: drawsOf(predictor, pixels, samples),
    ...(set ? { set } : {}),
    entropy,
    mutualInformation,
    milliseconds,
  };
}

/**
 * The prediction of each draw. The first n draws are the same for any number of draws, so the nth prediction is n times the mean of n draws
 * minus n - 1 times the mean of n - 1 draws.
 */
function drawsOf(predictor: Predictor, pixels: Pixels, samples: number): number[][] {
  let before: readonly number[] = [];
  return Array.from({ length: samples }, (_, i) => {
    const answer = predictor.predict(pixels, { samples: i + 1 });
    const mean = answer.kind === 'class' ? answer.probabilities : [];
    const own = mean.map((p, c) => Math.min(1, Math.max(0, (i + 1) * p - i * (before[c] ?? 0))));
    before = mean;
    return own;
  });
}
