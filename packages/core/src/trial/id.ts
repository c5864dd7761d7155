import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.js';
import type { TrialResult } from '../result/result.js';
import type { Trial } from './trial.js';

/**
 * The first 16 hexadecimal digits of the SHA-256 of a value's canonical JSON.
 * @param value plain JSON
 */
export function contentId(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16);
}

/**
 * The id of a trial: a pure function of everything that its result depends on.
 * @param trial the whole description of the experiment: data, network, method, training, pruning, seed
 */
export function trialId(trial: Trial): string {
  return contentId(trial);
}

/**
 * SHA-256 of everything in a result that must be the same on every machine and after any number of interruptions: all except measured
 * times, the environment and the name of the data set.
 * @param result the result of a trial
 */
export function fingerprint(result: TrialResult): string {
  const { environment: _environment, dataset: _dataset, epochs, ...rest } = result;
  const timeless = { ...rest, epochs: epochs.map(({ seconds: _seconds, ...metrics }) => metrics) };
  return createHash('sha256').update(canonicalJson(timeless)).digest('hex');
}
