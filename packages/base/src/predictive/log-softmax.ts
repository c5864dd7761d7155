import { BbbError } from '../errors.js';
import { exp } from '../math/exp.js';
import { log } from '../math/log.js';
import { log1p } from '../math/log1p.js';
import { argmax } from './shape.js';

/**
 * Natural logarithms of probabilities, [examples, classes], row-major. Unlike the probabilities they never saturate: a class
 * that is 2,000 nats less probable than another one still has its place.
 */
export type LogProbabilities = Float64Array;

/** Probabilities, [examples, classes], and their logarithms: the ones to add up, the others where they have gone to 0 or 1. */
export interface Answers {
  readonly probabilities: Float64Array;
  readonly logs: LogProbabilities;
}

/**
 * Softmax over rows of logits and its logarithm, in float64: log p = z - max - log(1 + the other classes' e^(z - max)).
 * @throws BbbError `E_METRIC_PROBABILITY` for a logit that is not finite
 */
export function answersOf(logits: Float32Array | Float64Array, classes: number): Answers {
  requireFinite(logits);
  const probabilities = new Float64Array(logits.length);
  const logs = new Float64Array(logits.length);
  for (let first = 0; first < logits.length; first += classes) {
    const top = argmax(logits, first / classes, classes);
    const largest = logits[first + top]!;
    let others = 0;
    for (let c = 0; c < classes; c++) {
      const e = c === top ? 1 : exp(logits[first + c]! - largest);
      probabilities[first + c] = e;
      if (c !== top) others += e;
    }
    const logSum = log1p(others);
    for (let c = 0; c < classes; c++) {
      probabilities[first + c]! /= 1 + others;
      logs[first + c] = logits[first + c]! - largest - logSum;
    }
  }
  return { probabilities, logs };
}

/**
 * log softmax over rows, `[examples, classes]`, without losing a class whose probability rounds to 0.
 * @param logits `[examples, classes]`
 * @throws BbbError `E_METRIC_PROBABILITY` for a logit that is not finite
 */
export function logSoftmax(logits: Float32Array | Float64Array, classes: number): LogProbabilities {
  return answersOf(logits, classes).logs;
}

function requireFinite(logits: Float32Array | Float64Array): void {
  const bad = logits.findIndex((z) => !Number.isFinite(z));
  if (bad < 0) return;
  throw new BbbError('E_METRIC_PROBABILITY', `Element ${bad} of the logits is ${logits[bad]}.`, {
    hint: 'Has the training diverged? Its last epochs tell: NLL and weights that grow without end.',
  });
}

/**
 * Log of the doubt of one row: of the probability of all classes but the most probable one. 1 - p would be exactly 0 as soon as p
 * rounds to 1, and would call answers equally sure that are not.
 */
export function logDoubt(logs: LogProbabilities, row: number, classes: number): number {
  const top = argmax(logs, row, classes);
  let largest = -Infinity;
  for (let c = 0; c < classes; c++) if (c !== top) largest = Math.max(largest, logs[row * classes + c]!);
  if (largest === -Infinity) return largest;
  let sum = 0;
  for (let c = 0; c < classes; c++) if (c !== top) sum += exp(logs[row * classes + c]! - largest);
  return largest + log(sum);
}

/**
 * Shannon entropy of one row, -sum p log p, nats. The most probable class's p is 1 - doubt, so that the entropy of a nearly sure
 * answer keeps its digits.
 */
export function entropyOf({ probabilities, logs }: Answers, row: number, classes: number): number {
  const top = argmax(logs, row, classes);
  let sum = 0;
  let doubt = 0;
  for (let c = 0; c < classes; c++) {
    const p = probabilities[row * classes + c]!;
    if (c === top || p === 0) continue;
    sum -= p * logs[row * classes + c]!;
    doubt += p;
  }
  return sum - (1 - doubt) * log1p(-doubt);
}
