import { mixtureMean, mixtureQuantile, mixtureVariances, type GaussianMixture } from '@bbb/base';
import type { RegressionPrediction } from '../metrics/regression.js';
import { COVERAGE, type Calibrated, type Held, type IntervalReport } from './calibrated.js';
import { conformalQuantile } from './quantile.js';

/** One kind of interval, with the score of a target. */
export interface IntervalScore {
  /** How strange the target is. Thresholds have the unit of this score. */
  readonly of: (shape: IntervalShape, target: number) => number;
  /** The interval of all targets whose score is at most the threshold. */
  readonly interval: (shape: IntervalShape, threshold: number) => readonly [low: number, high: number];
}

/** What intervals are made from, in the unit of the target. */
export interface IntervalShape {
  readonly mean: number;
  /** Standard deviation of the predictive distribution: of draws and noise together. */
  readonly sd: number;
  /** Central interval of the predictive distribution with the wanted coverage. */
  readonly low: number;
  readonly high: number;
}

/**
 * `absolute`: all intervals have the same width (Lei et al. 2018, section 2). `scaled`: the width is proportional to the predicted standard
 * deviation (section 5.2). `quantile`: the predicted quantiles, moved out or in by one number (Romano et al. 2019, conformalised quantiles).
 */
export const INTERVAL_SCORES: Readonly<Record<'absolute' | 'scaled' | 'quantile', IntervalScore>> = {
  absolute: {
    of: ({ mean }, y) => Math.abs(y - mean),
    interval: ({ mean }, q) => [mean - q, mean + q],
  },
  scaled: {
    of: ({ mean, sd }, y) => Math.abs(y - mean) / sd,
    interval: ({ mean, sd }, q) => [mean - q * sd, mean + q * sd],
  },
  quantile: {
    of: ({ low, high }, y) => Math.max(low - y, y - high),
    interval: ({ low, high }, q) => [low - q, high + q],
  },
};

/**
 * How wide the central interval of a prediction is, and around what.
 * @param mixture predictions of the members for one example, in the unit of the target
 * @param coverage probability with which a set or an interval holds the truth, in (0, 1)
 */
export function intervalShape(mixture: GaussianMixture, coverage: number): IntervalShape {
  const { epistemic, aleatoric } = mixtureVariances(mixture);
  const tail = (1 - coverage) / 2;
  return {
    mean: mixtureMean(mixture),
    sd: Math.sqrt(epistemic + aleatoric),
    low: mixtureQuantile(mixture, tail),
    high: mixtureQuantile(mixture, 1 - tail),
  };
}

/**
 * Fits conformal intervals on calibration examples, and measures them on the test set; all in the unit of the target.
 * @param calibration predictions and truth of the examples to fit on; nothing else was fitted on them
 * @param test predictions and truth of the examples to measure on
 */
export function calibrateRegression(
  calibration: Held<RegressionPrediction, ArrayLike<number>>,
  test: Held<RegressionPrediction, ArrayLike<number>>,
): Calibrated {
  const fitted = shapesOf(calibration);
  const judged = shapesOf(test);
  const intervals = Object.entries(INTERVAL_SCORES).map(([name, score]) => {
    const scores = Float64Array.from(fitted, (shape, i) => score.of(shape, calibration.targets[i]!));
    return [name, judgeIntervals(judged, test.targets, score, conformalQuantile(scores, COVERAGE))] as const;
  });
  return { examples: fitted.length, level: COVERAGE, intervals: Object.fromEntries(intervals) };
}

function shapesOf({ prediction }: Held<RegressionPrediction, ArrayLike<number>>): IntervalShape[] {
  return Array.from({ length: prediction.examples }, (_, i) => intervalShape(prediction.of(i), COVERAGE));
}

function judgeIntervals(
  shapes: readonly IntervalShape[],
  targets: ArrayLike<number>,
  score: IntervalScore,
  threshold: number,
): IntervalReport {
  if (!Number.isFinite(threshold)) return { threshold: null, coverage: 1 };
  let [covered, width] = [0, 0];
  shapes.forEach((shape, i) => {
    // Compared by the score. The ends of the interval are rounded, so a target that lies on an end could be missed.
    if (score.of(shape, targets[i]!) <= threshold) covered++;
    const [low, high] = score.interval(shape, threshold);
    // If both quantiles move in by more than half of their distance, the interval is empty.
    width += Math.max(0, high - low);
  });
  return { threshold, coverage: covered / shapes.length, width: width / shapes.length };
}
