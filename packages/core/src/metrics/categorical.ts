import { log, countExamples, type Uncertainty } from '@bbb/base';
import type { EntropyHistograms, Evaluation, Histogram, OodScore } from '../result/evaluation.js';
import { adaptiveEceOfRanking, expectedGap, reliabilityOf } from './calibration.js';
import { classwiseEce } from './classwise-ece.js';
import { detection } from './detection.js';
import { histogram } from './histogram.js';
import { judge, rankBySureness } from './judged.js';
import {
  augrcOf,
  coverageAtRisk,
  meanRisk,
  riskAtCoverage,
  riskCoverageOf,
  risksAt,
} from './risk-coverage.js';
import { brier, nllOfLogs } from './scores.js';
import { smoothEceOf } from './smooth-ece.js';

/** Number of points of the risk-coverage curve in a result. */
const COVERAGES = 20;

/**
 * All metrics of a classifier's predictions for labelled examples. The order of the examples does not matter.
 * @param u predictions of an `UncertaintyAccumulator`, one entry for each example
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 * @throws BbbError `E_METRIC_SHAPE` for labels that do not fit
 */
export function categoricalMetrics(
  u: Uncertainty,
  labels: Uint8Array,
  classes: number,
): Required<Pick<Evaluation, 'metrics' | 'reliability' | 'riskCoverage'>> {
  countExamples(u.probabilities, labels, classes);
  const judged = judge(u, labels, classes);
  const reliability = reliabilityOf(judged);
  const ranking = rankBySureness(judged);
  const curve = riskCoverageOf(ranking);
  return {
    metrics: {
      accuracy: mean(judged.correct),
      nll: nllOfLogs(u.logProbabilities, labels, classes),
      brier: brier(u.probabilities, labels, classes),
      ece: expectedGap(reliability),
      adaptiveEce: adaptiveEceOfRanking(ranking),
      predictiveEntropy: mean(u.predictiveEntropy),
      expectedEntropy: mean(u.expectedEntropy),
      mutualInformation: mean(u.mutualInformation),
      variationRatio: mean(u.variationRatio),
      aurc: meanRisk(curve),
      augrc: augrcOf(curve),
      coverageAtRisk5: coverageAtRisk(curve, 0.05),
      riskAtCoverage80: riskAtCoverage(curve, 0.8),
      classwiseEce: classwiseEce(u.probabilities, labels, classes),
      smoothEce: smoothEceOf(judged),
    },
    reliability,
    riskCoverage: risksAt(curve, COVERAGES),
  };
}

/** Scores that separate the two sets. Higher means "not from the training distribution", which is the positive class. */
const SCORES: Readonly<Record<string, (u: Uncertainty) => Float64Array | undefined>> = {
  // The logarithm of 1 - max p: the same ranking, but without ties where p is rounded to 1.
  maxProbability: (u) => u.logDoubt,
  predictiveEntropy: (u) => u.predictiveEntropy,
  mutualInformation: (u) => u.mutualInformation,
  energy: (u) => u.energy,
  maxLogit: (u) => u.maxLogit?.map((z) => -z),
};

/**
 * How well each score separates out-of-distribution examples from those of the test set.
 * @param inside predictions for the test set
 * @param outside predictions for the out-of-distribution examples
 */
export function categoricalDetection(inside: Uncertainty, outside: Uncertainty): Record<string, OodScore> {
  return Object.fromEntries(
    Object.entries(SCORES).flatMap(([name, score]) => {
      const [positives, negatives] = [score(outside), score(inside)];
      if (!positives || !negatives) return [];
      return [[name, detection(positives, negatives)] as const];
    }),
  );
}

/**
 * Histograms of the uncertainty of a set's examples, over [0, ln classes] nats.
 * @param u predictions of an `UncertaintyAccumulator`, one entry for each example
 * @param classes number of classes
 */
export function entropyHistograms(u: Uncertainty, classes: number): EntropyHistograms {
  const high = log(classes);
  // Equal probabilities have the largest entropy, which may be rounded up.
  const of = (values: Float64Array): Histogram =>
    histogram(
      values.map((value) => Math.min(value, high)),
      { low: 0, high, bins: 50 },
    );
  return { predictiveEntropy: of(u.predictiveEntropy), mutualInformation: of(u.mutualInformation) };
}

function mean(values: Float64Array | Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
