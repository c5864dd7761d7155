import { BbbError } from '../errors.js';
import { expEach } from '../math/exp-each.js';
import { log } from '../math/log.js';
import { log1p } from '../math/log1p.js';
import { argmaxes } from './shape.js';

/**
 * Natural logarithms of probabilities, [examples, classes], row-major. Unlike probabilities they never round to 0 or 1:
 * they also compare classes that are 2,000 nats less probable than another one.
 */
export type LogProbabilities = Float64Array;

/** Probabilities, [examples, classes], to add up, and their logarithms, which are needed where a probability has rounded to 0 or 1. */
export interface Answers {
  readonly probabilities: Float64Array;
  readonly logs: LogProbabilities;
}

/**
 * Softmax over rows of logits and its logarithm, in float64: log p = z - max - log(1 + the other classes' e^(z - max)).
 *
 * @param logits `[examples, classes]`, row by row
 * @param classes from 1
 * @returns probabilities and their logarithms, `[examples, classes]`
 * @throws BbbError `E_METRIC_PROBABILITY` for a logit that is not finite
 */
export function answersOf(logits: Float32Array | Float64Array, classes: number): Answers {
  requireFinite(logits);
  const probabilities = new Float64Array(logits.length);
  const logs = new Float64Array(logits.length);
  const tops = argmaxes(logits, classes);
  for (let row = 0, first = 0; first < logits.length; row++, first += classes) {
    const largest = logits[first + tops[row]!]!;
    for (let i = first; i < first + classes; i++) logs[i] = probabilities[i] = logits[i]! - largest;
  }
  expEach(probabilities);
  for (let row = 0, first = 0; first < logits.length; row++, first += classes) {
    const top = first + tops[row]!;
    let others = 0;
    for (let i = first; i < first + classes; i++) if (i !== top) others += probabilities[i]!;
    const logSum = log1p(others);
    for (let i = first; i < first + classes; i++) {
      probabilities[i]! /= 1 + others;
      logs[i]! -= logSum;
    }
  }
  return { probabilities, logs };
}

/**
 * log softmax over rows, `[examples, classes]`, without losing a class whose probability rounds to 0.
 * @param logits `[examples, classes]`
 * @param classes number of classes
 * @throws BbbError `E_METRIC_PROBABILITY` for a logit that is not finite
 */
export function logSoftmax(logits: Float32Array | Float64Array, classes: number): LogProbabilities {
  return answersOf(logits, classes).logs;
}

function requireFinite(logits: Float32Array | Float64Array): void {
  let bad = 0;
  while (bad < logits.length && Number.isFinite(logits[bad])) bad++;
  if (bad === logits.length) return;
  throw new BbbError('E_METRIC_PROBABILITY', `Element ${bad} of the logits is ${logits[bad]}.`, {
    hint: 'Logits are finite numbers. Check whether the training diverged: its NLL and weights grow without bound then.',
  });
}

/**
 * Logarithm of the doubt of each row, which is the probability of all classes except the most probable one. 1 - p would be exactly 0 as soon
 * as p rounds to 1; then two answers would look equally certain although they are not.
 * @param tops most probable class by row
 */
export function logDoubts(
  logs: LogProbabilities,
  classes: number,
  tops: Uint32Array = argmaxes(logs, classes),
): Float64Array {
  const doubts = new Float64Array(tops.length);
  const distances = new Float64Array(logs.length);
  for (let row = 0, first = 0; row < tops.length; row++, first += classes) {
    const top = first + tops[row]!;
    let largest = -Infinity;
    for (let i = first; i < first + classes; i++) if (i !== top && logs[i]! > largest) largest = logs[i]!;
    doubts[row] = largest;
    // If no other class is possible, all other probabilities are 0.
    if (largest === -Infinity) continue;
    for (let i = first; i < first + classes; i++) distances[i] = logs[i]! - largest;
  }
  expEach(distances);
  for (let row = 0, first = 0; row < tops.length; row++, first += classes) {
    if (doubts[row] === -Infinity) continue;
    const top = first + tops[row]!;
    let sum = 0;
    for (let i = first; i < first + classes; i++) if (i !== top) sum += distances[i]!;
    doubts[row]! += log(sum);
  }
  return doubts;
}

/**
 * Shannon entropy of each row, -sum p log p, nats. The most probable class's p is 1 - doubt, so that the entropy of a nearly sure
 * answer keeps its digits.
 * @param tops most probable class by row
 */
export function entropiesOf(
  { probabilities, logs }: Answers,
  classes: number,
  tops: Uint32Array = argmaxes(logs, classes),
): Float64Array {
  const entropies = new Float64Array(tops.length);
  for (let row = 0, first = 0; row < tops.length; row++, first += classes) {
    const top = first + tops[row]!;
    let [sum, doubt] = [0, 0];
    for (let i = first; i < first + classes; i++) {
      const p = probabilities[i]!;
      if (i === top || p === 0) continue;
      sum -= p * logs[i]!;
      doubt += p;
    }
    entropies[row] = sum - (1 - doubt) * log1p(-doubt);
  }
  return entropies;
}
