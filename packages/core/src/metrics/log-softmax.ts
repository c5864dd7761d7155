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

/**
 * Log of softmax over rows of logits, in float64: z - max - log(1 + the other classes' e^(z - max)).
 * @throws BbbError `E_METRIC_PROBABILITY` for a logit that is not finite
 */
export function logSoftmax(logits: Float32Array | Float64Array, classes: number): LogProbabilities {
  const bad = logits.findIndex((z) => !Number.isFinite(z));
  if (bad >= 0) {
    throw new BbbError('E_METRIC_PROBABILITY', `Element ${bad} of the logits is ${logits[bad]}.`, {
      hint: 'Has the training diverged? Its last epochs tell: NLL and weights that grow without end.',
    });
  }
  const logs = new Float64Array(logits.length);
  for (let row = 0; row * classes < logits.length; row++) {
    const first = row * classes;
    const top = argmax(logits, row, classes);
    const largest = logits[first + top]!;
    let others = 0;
    for (let c = 0; c < classes; c++) if (c !== top) others += exp(logits[first + c]! - largest);
    const logSum = log1p(others);
    for (let c = 0; c < classes; c++) logs[first + c] = logits[first + c]! - largest - logSum;
  }
  return logs;
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
export function entropyOfLogs(logs: LogProbabilities, row: number, classes: number): number {
  const top = argmax(logs, row, classes);
  let sum = 0;
  let doubt = 0;
  for (let c = 0; c < classes; c++) {
    const l = logs[row * classes + c]!;
    if (c === top || l === -Infinity) continue;
    const p = exp(l);
    sum -= p * l;
    doubt += p;
  }
  return sum - (1 - doubt) * log1p(-doubt);
}
