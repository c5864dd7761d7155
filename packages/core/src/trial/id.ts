import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.js';
import type { TrialResult } from '../result/result.js';
import type { Trial } from './trial.js';

/** The first 16 hexadecimal digits of the SHA-256 of a value's canonical JSON. */
export function contentId(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16);
}

/** A trial's name: a pure function of everything its result depends on. */
export function trialId(trial: Trial): string {
  return contentId(trial);
}

/**
 * SHA-256 of all of a result that must be the same wherever, whenever and however often interrupted the trial ran: all
 * but measured times, the environment and what the data set is called.
 */
export function fingerprint(result: TrialResult): string {
  const { environment: _environment, dataset: _dataset, epochs, ...rest } = result;
  const timeless = { ...rest, epochs: epochs.map(({ seconds: _seconds, ...metrics }) => metrics) };
  return createHash('sha256').update(canonicalJson(timeless)).digest('hex');
}
