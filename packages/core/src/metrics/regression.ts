import type { Evaluation, OodScore } from '../result/evaluation.js';
import { detection } from './detection.js';
import {
  mixtureCdf,
  mixtureCrps,
  mixtureMean,
  mixtureNll,
  mixtureQuantile,
  mixtureVariances,
  type GaussianMixture,
} from '@bbb/base';

/** The predictions of the members of a regression for each example, in the unit of the target. */
export interface RegressionPrediction {
  readonly examples: number;
  readonly of: (example: number) => GaussianMixture;
}

/** Central intervals whose coverage is measured. */
const INTERVALS = [0.5, 0.9, 0.95] as const;
/** Quantile levels of the calibration curve. */
const LEVELS = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/** The metrics of a regression; all except coverages are in the unit of the target. The order of the examples does not matter. */
export type GaussianMetrics = Readonly<
  Record<
    | 'rmse'
    | 'mae'
    | 'nll'
    | 'crps'
    | 'epistemic'
    | 'aleatoric'
    | 'calibrationError'
    | `${'coverage' | 'width'}${50 | 90 | 95}`,
    number
  >
>;

/**
 * Root mean squared error, mean absolute error, negative log-likelihood (nats) and CRPS. Root mean variance between members and within them.
 * Share of targets within central intervals, and the mean width of the intervals. Mean distance of the calibration curve from the diagonal.
 * @param prediction predictions of the members for each example, in the unit of the target
 * @param targets the true values, in the same unit
 */
export function regressionMetrics(
  prediction: RegressionPrediction,
  targets: ArrayLike<number>,
): { metrics: GaussianMetrics; calibration: NonNullable<Evaluation['calibration']> } {
  const { examples } = prediction;
  const sums = { squares: 0, distances: 0, nll: 0, crps: 0, epistemic: 0, aleatoric: 0 };
  const covered = [0, 0, 0];
  const widths = [0, 0, 0];
  const levels = new Float64Array(examples);
  for (let i = 0; i < examples; i++) {
    const mixture = prediction.of(i);
    const y = targets[i]!;
    const error = y - mixtureMean(mixture);
    const { epistemic, aleatoric } = mixtureVariances(mixture);
    sums.squares += error * error;
    sums.distances += Math.abs(error);
    sums.nll += mixtureNll(mixture, y);
    sums.crps += mixtureCrps(mixture, y);
    sums.epistemic += epistemic;
    sums.aleatoric += aleatoric;
    levels[i] = mixtureCdf(mixture, y);
    INTERVALS.forEach((share, k) => {
      const tail = (1 - share) / 2;
      if (levels[i]! >= tail && levels[i]! <= 1 - tail) covered[k]!++;
      widths[k]! += mixtureQuantile(mixture, 1 - tail) - mixtureQuantile(mixture, tail);
    });
  }
  const calibration = LEVELS.map((p): [number, number] => [
    p,
    levels.reduce((n, level) => n + (level <= p ? 1 : 0), 0) / examples,
  ]);
  return {
    metrics: {
      rmse: Math.sqrt(sums.squares / examples),
      mae: sums.distances / examples,
      nll: sums.nll / examples,
      crps: sums.crps / examples,
      epistemic: Math.sqrt(sums.epistemic / examples),
      aleatoric: Math.sqrt(sums.aleatoric / examples),
      calibrationError: calibration.reduce((sum, [p, seen]) => sum + Math.abs(seen - p), 0) / LEVELS.length,
      coverage50: covered[0]! / examples,
      width50: widths[0]! / examples,
      coverage90: covered[1]! / examples,
      width90: widths[1]! / examples,
      coverage95: covered[2]! / examples,
      width95: widths[2]! / examples,
    },
    calibration,
  };
}

/**
 * How well the spread of predictions separates the test set from examples of another distribution: the whole spread, and that between members.
 * @param inside predictions for the test set
 * @param outside predictions for the out-of-distribution examples
 */
export function regressionDetection(
  inside: RegressionPrediction,
  outside: RegressionPrediction,
): Record<string, OodScore> {
  const scores = {
    predictiveSd: ({ epistemic, aleatoric }: Variances) => Math.sqrt(epistemic + aleatoric),
    epistemicSd: ({ epistemic }: Variances) => Math.sqrt(epistemic),
  };
  return Object.fromEntries(
    Object.entries(scores).map(([name, score]) => {
      const of = ({ examples, of: mixture }: RegressionPrediction): Float64Array =>
        Float64Array.from({ length: examples }, (_, i) => score(mixtureVariances(mixture(i))));
      const [positives, negatives] = [of(outside), of(inside)];
      return [name, detection(positives, negatives)];
    }),
  );
}

type Variances = ReturnType<typeof mixtureVariances>;
