import { log, logDoubt, type LogProbabilities, argmax, countExamples, type Probabilities } from '@bbb/base';

/** What calibration and selective prediction need of each example. */
export interface Judged {
  /** The largest probability. */
  readonly confidence: Float64Array;
  /** Log of 1 - confidence. It ranks the answers: it does not saturate where confidence is 1. */
  readonly logDoubt: Float64Array;
  /** 1 where the most probable class (the first one, at a tie) is the label. */
  readonly correct: Uint8Array;
}

/** Judges answers whose log-probabilities are known, as {@link UncertaintyAccumulator} gives them. */
export function judge(
  answers: {
    readonly logProbabilities: LogProbabilities;
    readonly maxProbability: Float64Array;
    readonly logDoubt: Float64Array;
  },
  labels: Uint8Array,
  classes: number,
): Judged {
  return {
    confidence: answers.maxProbability,
    logDoubt: answers.logDoubt,
    correct: labels.map((label, i) => (argmax(answers.logProbabilities, i, classes) === label ? 1 : 0)),
  };
}

/** Above this confidence the other classes' probabilities say more of the doubt than 1 - confidence does. */
const NEARLY_SURE = 1 - 1e-6;

/**
 * Judges plain probabilities. Equal confidences are equally sure, whatever the rounding of the other classes, unless they are so
 * near to 1 that they have lost the difference.
 * @throws BbbError as {@link countExamples}
 */
export function judgeProbabilities(
  probabilities: Probabilities,
  labels: Uint8Array,
  classes: number,
): Judged {
  const n = countExamples(probabilities, labels, classes);
  const predicted = Uint32Array.from({ length: n }, (_, i) => argmax(probabilities, i, classes));
  const confidence = Float64Array.from(predicted, (c, i) => probabilities[i * classes + c]!);
  const logs = (i: number): Float64Array =>
    Float64Array.from(probabilities.subarray(i * classes, (i + 1) * classes), log);
  return {
    confidence,
    logDoubt: confidence.map((p, i) => (p > NEARLY_SURE ? logDoubt(logs(i), 0, classes) : log(1 - p))),
    correct: labels.map((label, i) => (predicted[i] === label ? 1 : 0)),
  };
}

/** Examples in an order in which equal ones stand for one another. */
export interface Ranking {
  readonly confidence: Float64Array;
  /** Mean correctness of all examples that are exactly as sure: fraction in [0, 1]. */
  readonly correct: Float64Array;
}

/**
 * The examples by falling confidence. Those that are exactly as sure share their correctness and their confidence, which is what
 * the mean over all their orders would give: no metric of the ranking depends on the order of the examples.
 */
export function rankBySureness({ confidence, logDoubt: doubt, correct }: Judged): Ranking {
  const order = Uint32Array.from(doubt.keys()).sort((i, j) =>
    doubt[i] === doubt[j] ? i - j : doubt[i]! - doubt[j]!,
  );
  const ranked = { confidence: new Float64Array(order.length), correct: new Float64Array(order.length) };
  for (let first = 0, end = 0; first < order.length; first = end) {
    while (end < order.length && doubt[order[end]!] === doubt[order[first]!]) end++;
    const tied = order.subarray(first, end);
    ranked.confidence.fill(meanOf(confidence, tied), first, end);
    ranked.correct.fill(meanOf(correct, tied), first, end);
  }
  return ranked;
}

function meanOf(values: Float64Array | Uint8Array, indices: Uint32Array): number {
  return indices.reduce((sum, i) => sum + values[i]!, 0) / indices.length;
}
