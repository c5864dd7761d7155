import { BbbError } from '../errors.js';
import { ascendingOrder } from './order.js';

/**
 * The ranking by descending score, with a cut after each run of equal scores. For each cut: how many positives and negatives have a score
 * at least as high.
 */
interface Ranked {
  readonly truePositives: Uint32Array;
  readonly falsePositives: Uint32Array;
  readonly positives: number;
  readonly negatives: number;
}

/** How well a score separates two classes; fractions. */
export interface Detection {
  readonly auroc: number;
  readonly aupr: number;
  readonly fpr95: number;
}

/**
 * Computes all three from one ranking.
 * @throws BbbError `E_METRIC_SHAPE` when a class is empty or a score is NaN
 */
export function detection(positives: ArrayLike<number>, negatives: ArrayLike<number>): Detection {
  const ranked = rank(positives, negatives);
  return { auroc: aurocOf(ranked), aupr: auprOf(ranked), fpr95: fprAt95Of(ranked) };
}

/**
 * Area under the ROC curve: the probability that a positive scores above a negative, ties counting one half (the
 * Mann-Whitney statistic).
 * @param positives scores of the examples that are to be found, e.g. the out-of-distribution ones; higher means more of them
 * @param negatives scores of the other examples
 * @throws BbbError `E_METRIC_SHAPE` when a class is empty or a score is NaN
 */
export function auroc(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  return aurocOf(rank(positives, negatives));
}

function aurocOf({ truePositives, falsePositives, positives, negatives }: Ranked): number {
  let [area, lastTrue, lastFalse] = [0, 0, 0];
  for (let cut = 0; cut < truePositives.length; cut++) {
    area += (falsePositives[cut]! - lastFalse) * (truePositives[cut]! + lastTrue) * 0.5;
    lastTrue = truePositives[cut]!;
    lastFalse = falsePositives[cut]!;
  }
  return area / (positives * negatives);
}

/**
 * Area under the precision-recall curve as average precision: the sum over cuts of precision times the gain in recall,
 * equal scores being one cut. Its chance level is the share of positives.
 * @param positives scores of the examples that are to be found, e.g. the out-of-distribution ones; higher means more of them
 * @param negatives scores of the other examples
 * @throws BbbError `E_METRIC_SHAPE` when a class is empty or a score is NaN
 */
export function aupr(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  return auprOf(rank(positives, negatives));
}

function auprOf({ truePositives, falsePositives, positives }: Ranked): number {
  let [area, found] = [0, 0];
  for (let cut = 0; cut < truePositives.length; cut++) {
    const precision = truePositives[cut]! / (truePositives[cut]! + falsePositives[cut]!);
    area += precision * (truePositives[cut]! - found);
    found = truePositives[cut]!;
  }
  // Divided once at the end: if every precision is 1, the sum is exactly the number of positives.
  return area / positives;
}

/**
 * False positive rate at the first cut that finds at least 95 % of the positives (Hendrycks & Gimpel 2017), fraction.
 * @param positives scores of the examples that are to be found; higher means more of them
 * @param negatives scores of the other examples
 * @throws BbbError `E_METRIC_SHAPE` when a class is empty or a score is NaN
 */
export function fprAt95(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  return fprAt95Of(rank(positives, negatives));
}

function fprAt95Of({ truePositives, falsePositives, positives, negatives }: Ranked): number {
  // Compared in whole numbers, because 0.95 is not exact as a double.
  const cut = truePositives.findIndex((found) => 20 * found >= 19 * positives);
  return falsePositives[cut]! / negatives;
}

function rank(positives: ArrayLike<number>, negatives: ArrayLike<number>): Ranked {
  const count = positives.length + negatives.length;
  const all = new Float64Array(count);
  all.set(positives);
  all.set(negatives, positives.length);
  if (positives.length === 0 || negatives.length === 0 || all.some(Number.isNaN)) {
    throw new BbbError(
      'E_METRIC_SHAPE',
      `AUROC needs at least one score of each class, and no NaN; got ${positives.length} and ${negatives.length} scores.`,
      { hint: 'Give finite scores of both classes.' },
    );
  }
  const order = ascendingOrder(all);
  const [truePositives, falsePositives] = [new Uint32Array(count), new Uint32Array(count)];
  let [cuts, found, wrong] = [0, 0, 0];
  for (let i = count - 1; i >= 0; i--) {
    if (order[i]! < positives.length) found++;
    else wrong++;
    if (i > 0 && all[order[i]!] === all[order[i - 1]!]) continue;
    truePositives[cuts] = found;
    falsePositives[cuts++] = wrong;
  }
  return {
    truePositives: truePositives.subarray(0, cuts),
    falsePositives: falsePositives.subarray(0, cuts),
    positives: positives.length,
    negatives: negatives.length,
  };
}
