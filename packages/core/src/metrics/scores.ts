import { log } from '../math/log.js';
import { argmax, countExamples, type Probabilities } from './shape.js';

/** Probabilities below this count as this in {@link nll}: one impossible answer costs 69 nats, not infinitely many. */
export const NLL_CLIP = 1e-30;

/** Share of examples whose most probable class (the first one, at a tie) is the label; fraction in [0, 1]. */
export function accuracy(probabilities: Probabilities, labels: Uint8Array, classes: number): number {
  const n = countExamples(probabilities, labels, classes);
  let correct = 0;
  for (let i = 0; i < n; i++) if (argmax(probabilities, i, classes) === labels[i]) correct++;
  return correct / n;
}

/** Mean negative log-likelihood, -mean log p(label), nats per example; p is clipped from below at {@link NLL_CLIP}. */
export function nll(probabilities: Probabilities, labels: Uint8Array, classes: number): number {
  const n = countExamples(probabilities, labels, classes);
  let sum = 0;
  for (let i = 0; i < n; i++) sum -= log(Math.max(NLL_CLIP, probabilities[i * classes + labels[i]!]!));
  return sum / n;
}

/**
 * Brier score as Brier (1950) defined it for many classes: the mean over examples of the sum over classes of
 * (p - onehot)^2, in [0, 2].
 */
export function brier(probabilities: Probabilities, labels: Uint8Array, classes: number): number {
  const n = countExamples(probabilities, labels, classes);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < classes; c++) {
      const difference = probabilities[i * classes + c]! - (c === labels[i] ? 1 : 0);
      sum += difference * difference;
    }
  }
  return sum / n;
}
