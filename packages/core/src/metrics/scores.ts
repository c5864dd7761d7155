import { log, type LogProbabilities, argmax, countExamples, type Probabilities } from '@bbb/base';

/**
 * Share of examples whose most probable class (the first one, at a tie) is the label; fraction in [0, 1].
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 */
export function accuracy(probabilities: Probabilities, labels: Uint8Array, classes: number): number {
  const n = countExamples(probabilities, labels, classes);
  let correct = 0;
  for (let i = 0; i < n; i++) if (argmax(probabilities, i, classes) === labels[i]) correct++;
  return correct / n;
}

/**
 * Mean negative log-likelihood, -mean log p(label), in nats per example; Infinity if the probability of a label is 0. Nothing is clipped. For
 * networks use {@link nllOfLogs}: its logarithms come from the logits and are finite.
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 */
export function nll(probabilities: Probabilities, labels: Uint8Array, classes: number): number {
  countExamples(probabilities, labels, classes);
  return nllOfLogs(Float64Array.from(probabilities, log), labels, classes);
}

/**
 * As {@link nll}, of log-probabilities.
 * @param logs log-probabilities in nats, `[examples, classes]`, row after row
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 */
export function nllOfLogs(logs: LogProbabilities, labels: Uint8Array, classes: number): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum -= logs[i * classes + labels[i]!]!;
  return sum / labels.length;
}

/**
 * Brier score as Brier (1950) defined it for many classes: the mean over examples of the sum over classes of
 * (p - onehot)^2, in [0, 2].
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param labels the right class of each example, from 0
 * @param classes number of classes
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
