import { BbbError } from '../errors.js';

/** Probabilities [examples, classes], row-major; each row sums to one. */
export type Probabilities = Float32Array | Float64Array;

/**
 * Checks that probabilities and labels have matching sizes, and returns the number of examples.
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 * @throws BbbError `E_METRIC_SHAPE`, and as {@link requireProbabilities}
 */
export function countExamples(probabilities: Probabilities, labels: Uint8Array, classes: number): number {
  if (probabilities.length !== labels.length * classes || labels.length === 0) {
    throw new BbbError(
      'E_METRIC_SHAPE',
      `${probabilities.length} probabilities do not fit ${labels.length} labels of ${classes} classes.`,
      { hint: 'Give [examples, classes] probabilities, row-major, and one label for each example.' },
    );
  }
  const beyond = labels.findIndex((label) => label >= classes);
  if (beyond >= 0) {
    throw new BbbError(
      'E_METRIC_SHAPE',
      `The label of example ${beyond} is ${labels[beyond]}, but there are ${classes} classes.`,
      { hint: `Labels are 0 to ${classes - 1}.` },
    );
  }
  requireProbabilities(probabilities);
  return labels.length;
}

/**
 * Refuses NaN and other numbers that are not probabilities. Without this check NaN would give a plausible metric, since no comparison with
 * NaN is true. Rounding may make a probability a little larger than one.
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @throws BbbError `E_METRIC_PROBABILITY`
 */
export function requireProbabilities(probabilities: Probabilities): void {
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    if (p >= 0 && p <= 1.001) continue;
    throw new BbbError('E_METRIC_PROBABILITY', `Element ${i} of the probabilities is ${p}.`, {
      hint: 'Give numbers from 0 to 1. NaN comes from a training that diverged.',
    });
  }
}

/**
 * Checks a number of bins, points or classes.
 * @param what the things that are counted, a plural, for the message
 * @param count their number
 * @throws BbbError `E_METRIC_COUNT` unless it is a whole number from 1
 */
export function requireCount(what: string, count: number): void {
  if (Number.isSafeInteger(count) && count > 0) return;
  throw new BbbError('E_METRIC_COUNT', `Got ${count} ${what}.`, {
    hint: 'Give a whole number from 1.',
  });
}

/**
 * The class with the largest probability in a row. At a tie, it is the first one.
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param row number of the example, from 0
 * @param classes number of classes
 */
export function argmax(probabilities: Probabilities, row: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) {
    if (probabilities[row * classes + c]! > probabilities[row * classes + best]!) best = c;
  }
  return best;
}

/**
 * {@link argmax} of every row.
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param classes number of classes
 */
export function argmaxes(probabilities: Probabilities, classes: number): Uint32Array {
  const tops = new Uint32Array(probabilities.length / classes);
  for (let row = 0, first = 0; row < tops.length; row++, first += classes) {
    let best = first;
    for (let i = first + 1; i < first + classes; i++) if (probabilities[i]! > probabilities[best]!) best = i;
    tops[row] = best - first;
  }
  return tops;
}
