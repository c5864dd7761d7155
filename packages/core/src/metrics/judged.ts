import {
  argmaxes,
  countExamples,
  log,
  logDoubts,
  type LogProbabilities,
  type Probabilities,
} from '@bbb/base';
import { ascendingOrder } from './order.js';

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
    correct: agreement(argmaxes(answers.logProbabilities, classes), labels),
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
  const { confidence, correct } = judgeConfidence(probabilities, labels, classes);
  const logs = (i: number): Float64Array =>
    Float64Array.from(probabilities.subarray(i * classes, (i + 1) * classes), log);
  const doubts = confidence.map((p, i) => (p > NEARLY_SURE ? logDoubts(logs(i), classes)[0]! : log(1 - p)));
  return { confidence, logDoubt: doubts, correct };
}

/**
 * What bins of confidence need of plain probabilities.
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

/** 1 where both are the same. */
function agreement(predicted: Uint32Array, labels: Uint8Array): Uint8Array {
  const agree = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++) agree[i] = predicted[i] === labels[i] ? 1 : 0;
  return agree;
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
