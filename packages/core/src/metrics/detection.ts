import { BbbError } from '../errors.js';

/** Scores in descending order with the class of each: `positive` is what the score should be high for. */
interface Ranked {
  readonly score: Float64Array;
  readonly positive: Uint8Array;
  readonly positives: number;
  readonly negatives: number;
}

/** One cut of the ranking, after a run of equal scores: how many of each class are at or above it. */
interface Cut {
  readonly truePositives: number;
  readonly falsePositives: number;
}

/**
 * Area under the ROC curve: the probability that a positive scores above a negative, ties counting one half (the
 * Mann-Whitney statistic).
 * @throws BbbError `E_METRIC_SHAPE` when a class is empty or a score is NaN
 */
export function auroc(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  const ranked = rank(positives, negatives);
  let area = 0;
  let last: Cut = { truePositives: 0, falsePositives: 0 };
  for (const cut of cuts(ranked)) {
    area += (cut.falsePositives - last.falsePositives) * (cut.truePositives + last.truePositives) * 0.5;
    last = cut;
  }
  return area / (ranked.positives * ranked.negatives);
}

/**
 * Area under the precision-recall curve as average precision: the sum over cuts of precision times the gain in recall,
 * equal scores being one cut. Its chance level is the share of positives.
 * @throws BbbError `E_METRIC_SHAPE` when a class is empty or a score is NaN
 */
export function aupr(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  const ranked = rank(positives, negatives);
  let area = 0;
  let found = 0;
  for (const { truePositives, falsePositives } of cuts(ranked)) {
    const precision = truePositives / (truePositives + falsePositives);
    area += precision * (truePositives - found);
    found = truePositives;
  }
  // Divided once: where every precision is 1 the sum is exactly the number of positives.
  return area / ranked.positives;
}

/**
 * False positive rate at the first cut that finds at least 95 % of the positives (Hendrycks & Gimpel 2017), fraction.
 * @throws BbbError `E_METRIC_SHAPE` when a class is empty or a score is NaN
 */
export function fprAt95(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  const ranked = rank(positives, negatives);
  for (const { truePositives, falsePositives } of cuts(ranked)) {
    // In whole numbers: 0.95 is no double.
    if (20 * truePositives >= 19 * ranked.positives) return falsePositives / ranked.negatives;
  }
  return 1;
}

function rank(positives: ArrayLike<number>, negatives: ArrayLike<number>): Ranked {
  const count = positives.length + negatives.length;
  const all = Float64Array.from({ length: count }, (_, i) =>
    i < positives.length ? positives[i]! : negatives[i - positives.length]!,
  );
  if (positives.length === 0 || negatives.length === 0 || all.some(Number.isNaN)) {
    throw new BbbError(
      'E_METRIC_SHAPE',
      'Telling two classes apart needs at least one number of each, and no NaN.',
    );
  }
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort((i, j) => all[j]! - all[i]! || i - j);
  return {
    score: Float64Array.from(order, (i) => all[i]!),
    positive: Uint8Array.from(order, (i) => (i < positives.length ? 1 : 0)),
    positives: positives.length,
    negatives: negatives.length,
  };
}

function* cuts({ score, positive }: Ranked): Generator<Cut> {
  let truePositives = 0;
  let falsePositives = 0;
  for (let i = 0; i < score.length; i++) {
    if (positive[i]) truePositives++;
    else falsePositives++;
    if (score[i] !== score[i + 1]) yield { truePositives, falsePositives };
  }
}
