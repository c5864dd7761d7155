import type { Calibrated } from '../calibration/calibrated.js';

/**
 * Metrics of one set of predictions, by name: those of {@link CategoricalMetrics} for a classifier, those of `GaussianMetrics` of `@bbb/plugins`
 * for a regression. `nll` is always present.
 */
export type PredictionMetrics = Readonly<Record<string, number>> & { readonly nll: number };

/** Uncertainty and calibration of a classifier. Entropies in nats. */
export interface CategoricalMetrics {
  readonly accuracy: number;
  /** Nats per example. */
  readonly nll: number;
  readonly brier: number;
  /** 15 equal-width bins. */
  readonly ece: number;
  /** 15 bins of equal mass. */
  readonly adaptiveEce: number;
  readonly predictiveEntropy: number;
  readonly expectedEntropy: number;
  readonly mutualInformation: number;
  readonly variationRatio: number;
  /** Area under the risk-coverage curve, by confidence. */
  readonly aurc: number;
  /** Area under the generalised risk-coverage curve. This and what follows is absent in results of earlier versions. */
  readonly augrc?: number;
  /** The largest share that can be answered with at most 5 % errors. */
  readonly coverageAtRisk5?: number;
  /** The error of the surest 80 %. */
  readonly riskAtCoverage80?: number;
  /** Mean over classes of the ECE of that class's probability, 15 equal-width bins. */
  readonly classwiseEce?: number;
  /** Calibration error with a kernel in place of bins. */
  readonly smoothEce?: number;
}

/** How well one score separates test examples from out-of-distribution ones. */
export interface OodScore {
  readonly auroc: number;
  readonly aupr: number;
  readonly fpr95: number;
}

/** One network (dense or pruned) on the test set. */
export interface Evaluation {
  /** `mean` is the mean network, which an ensemble does not have. `samples` averages the probabilities of `samples` draws. */
  readonly predict: 'mean' | 'samples';
  readonly samples: number;
  readonly metrics: PredictionMetrics;
  /**
   * By data set name, then by score: `maxProbability`, `predictiveEntropy`, `mutualInformation`; since version 0.2 also `energy` and
   * `maxLogit`.
   */
  readonly ood?: Readonly<Record<string, Readonly<Record<string, OodScore>>>>;
  /** Reliability bins of a classifier: [count, mean confidence, accuracy] for each of 15. */
  readonly reliability?: readonly (readonly [number, number, number])[];
  /** Calibration curve of a regression: [level p, share of targets at or below the p quantile]. */
  readonly calibration?: readonly (readonly [number, number])[];
  /** Error (fraction) of the most confident 5 %, 10 %, ... 100 % of the test images: the risk-coverage curve. */
  readonly riskCoverage?: readonly number[];
  /** Histograms of uncertainty by data set: `test` and each out-of-distribution set. Bins over [0, ln classes] nats. */
  readonly entropy?: Readonly<Record<string, EntropyHistograms>>;
  /** Results after a calibration on examples that selection did not see. Absent without such examples, and in results of earlier versions. */
  readonly calibrated?: Calibrated;
}

/** Uncertainty over the images of one data set. */
export interface EntropyHistograms {
  readonly predictiveEntropy: Histogram;
  readonly mutualInformation: Histogram;
}

/** Histogram with equal bins over [low, high]; values outside are counted in `below` and `above`. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
}
