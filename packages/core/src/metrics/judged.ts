import {
  argmaxes,
  countExamples,
  log,
  logDoubts,
  type LogProbabilities,
  type Probabilities,
} from '@bbb/base';
import { ascendingOrder } from './order.js';

/** What calibration and selective prediction need for each example. */
export interface Judged {
  /** The largest probability. */
  readonly confidence: Float64Array;
  /** Logarithm of 1 - confidence. It ranks the answers, because it does not saturate where confidence is rounded to 1. */
  readonly logDoubt: Float64Array;
  /** 1 if the most probable class (the first one at a tie) is the label. */
  readonly correct: Uint8Array;
}

/**
 * Judges answers whose log-probabilities are known, as {@link UncertaintyAccumulator} gives them.
 *
 * @param answers probabilities and their logarithms, `[examples, classes]`
 * @param labels the true class of each example, from 0
 * @param classes from 1
 */
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
    correct: agreement(argmaxes(answers.logProbabilities, classes), labels),
  };
}

/** Above this confidence, the probabilities of the other classes give more digits of the doubt than 1 - confidence does. */
const NEARLY_SURE = 1 - 1e-6;

/**
 * Judges plain probabilities. Examples of equal confidence are equally sure, whatever the rounding of the other classes, unless the confidence is
 * so near to 1 that the difference is lost.
 * @throws BbbError as {@link countExamples}
 */
export function judgeProbabilities(
  probabilities: Probabilities,
  labels: Uint8Array,
  classes: number,
): Judged {
  const { confidence, correct } = judgeConfidence(probabilities, labels, classes);
  const logs = (i: number): Float64Array =>
    Float64Array.from(probabilities.subarray(i * classes, (i + 1) * classes), log);
  const doubts = confidence.map((p, i) => (p > NEARLY_SURE ? logDoubts(logs(i), classes)[0]! : log(1 - p)));
  return { confidence, logDoubt: doubts, correct };
}

/**
 * Computes from plain probabilities what bins of confidence need.
 * @throws BbbError as {@link countExamples}
 */
export function judgeConfidence(
  probabilities: Probabilities,
  labels: Uint8Array,
  classes: number,
): Omit<Judged, 'logDoubt'> {
  countExamples(probabilities, labels, classes);
  const predicted = argmaxes(probabilities, classes);
  const confidence = new Float64Array(predicted.length);
  for (let i = 0; i < predicted.length; i++) confidence[i] = probabilities[i * classes + predicted[i]!]!;
  return { confidence, correct: agreement(predicted, labels) };
}

/** 1 where prediction and label are equal. */
function agreement(predicted: Uint32Array, labels: Uint8Array): Uint8Array {
  const agree = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++) agree[i] = predicted[i] === labels[i] ? 1 : 0;
  return agree;
}

/** Examples in an order of confidence, in which equally sure examples are exchangeable. */
export interface Ranking {
  readonly confidence: Float64Array;
  /** Mean correctness of all equally sure examples, a fraction in [0, 1]. */
  readonly correct: Float64Array;
}

/**
 * The examples by descending confidence. Equally sure examples get their mean correctness and mean confidence, which is the mean over all their
 * orders. So no metric of the ranking depends on the order of the examples.
 */
export function rankBySureness({ confidence, logDoubt: doubt, correct }: Judged): Ranking {
  const order = ascendingOrder(doubt);
  const ranked = { confidence: new Float64Array(order.length), correct: new Float64Array(order.length) };
  for (let first = 0, end = 0; first < order.length; first = end) {
    let [sureness, right] = [0, 0];
    for (; end < order.length && doubt[order[end]!] === doubt[order[first]!]; end++) {
      sureness += confidence[order[end]!]!;
      right += correct[order[end]!]!;
    }
    ranked.confidence.fill(sureness / (end - first), first, end);
    ranked.correct.fill(right / (end - first), first, end);
  }
  return ranked;
}
