import type { Answers } from '@bbb/base';
import type { SetReport } from './calibrated.js';
import { conformalQuantile } from './quantile.js';
import type { SetScore } from './set-scores.js';

/** What sets are made from: answers for labelled examples, and a uniform random number for each. */
export interface Labelled {
  readonly answers: Answers;
  readonly labels: Uint8Array;
  readonly uniforms: Float64Array;
}

/**
 * The scores of the labels of the examples; the threshold is a quantile of them.
 * @param labelled predictions, labels and a uniform number for each calibration example
 * @param classes number of classes
 * @param score how strange a class is as the answer, e.g. LAC, APS or RAPS
 */
export function labelScores(
  { answers, labels, uniforms }: Labelled,
  classes: number,
  score: SetScore,
): Float64Array {
  const row = new Float64Array(classes);
  const own = new Float64Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    score(answers, i, uniforms[i]!, row);
    own[i] = row[labels[i]!]!;
  }
  return own;
}

/**
 * The threshold for each class: the same for all classes.
 * @param scores scores of the labels of the calibration examples; a higher score means a stranger example
 * @param classes number of classes
 * @param coverage probability with which a set or an interval holds the truth, in (0, 1)
 */
export function marginalThresholds(scores: Float64Array, classes: number, coverage: number): Float64Array {
  return new Float64Array(classes).fill(conformalQuantile(scores, coverage));
}

/**
 * A threshold for each class (Vovk 2012): it guarantees the coverage for each class, with larger sets for hard or rare classes.
 * @param scores scores of the labels of the calibration examples; a higher score means a stranger example
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 * @param coverage probability with which a set or an interval holds the truth, in (0, 1)
 */
export function classThresholds(
  scores: Float64Array,
  labels: Uint8Array,
  classes: number,
  coverage: number,
): Float64Array {
  return Float64Array.from({ length: classes }, (_, c) =>
    conformalQuantile(
      scores.filter((_score, i) => labels[i] === c),
      coverage,
    ),
  );
}

/**
 * The set of one example: 1 for each class in it.
 * @param answers probabilities `[examples, classes]`
 * @param row number of the example, from 0
 * @param u uniform random number of the example, in [0, 1)
 * @param score how strange a class is as the answer, e.g. LAC, APS or RAPS
 * @param thresholds the largest score in the set, by class
 */
export function setOf(
  answers: Answers,
  row: number,
  u: number,
  score: SetScore,
  thresholds: Float64Array,
): Uint8Array {
  const scores = new Float64Array(thresholds.length);
  score(answers, row, u, scores);
  return Uint8Array.from(scores, (s, c) => (s <= thresholds[c]! ? 1 : 0));
}

/**
 * Compares sets with the labels of examples that were not used to fit them.
 * @param labelled predictions, labels and a uniform number for each test example
 * @param classes number of classes
 * @param score how strange a class is as the answer, e.g. LAC, APS or RAPS
 * @param thresholds the largest score in the set, by class
 */
export function judgeSets(
  { answers, labels, uniforms }: Labelled,
  classes: number,
  score: SetScore,
  thresholds: Float64Array,
): Omit<SetReport, 'threshold'> {
  const byClass = Array.from({ length: classes }, (): [number, number] => [0, 0]);
  let [members, empty, single, covered] = [0, 0, 0, 0];
  // One array for all examples: a trial judges some hundred thousand sets.
  const scores = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    score(answers, i, uniforms[i]!, scores);
    let size = 0;
    for (let c = 0; c < classes; c++) if (scores[c]! <= thresholds[c]!) size++;
    const isCovered = scores[label]! <= thresholds[label]! ? 1 : 0;
    members += size;
    if (size === 0) empty++;
    if (size === 1) single++;
    covered += isCovered;
    byClass[label]![0]++;
    byClass[label]![1] += isCovered;
  }
  const n = labels.length;
  return { coverage: covered / n, size: members / n, empty: empty / n, single: single / n, byClass };
}
