/**
 * Pure functions of predictions and targets: accuracy, NLL, Brier score, ECE, AUROC and AUPR, selective risk, CRPS and coverage. Import
 * `@bbb/core/metrics` to measure any model; `auroc` alone bundles to 1.2 kB.
 *
 * @packageDocumentation
 */
export { accuracy, brier, nll, nllOfLogs } from './scores.js';
export { judge, type Judged } from './judged.js';
export { adaptiveEce, CALIBRATION_BINS, ece, reliabilityBins, type ReliabilityBin } from './calibration.js';
export { entropy, UncertaintyAccumulator, type Uncertainty } from '@bbb/base';
export { aupr, auroc, fprAt95 } from './detection.js';
export {
  augrc,
  aurc,
  coverageAtRisk,
  riskAtCoverage,
  risksAt,
  riskCoverage,
  type RiskCoverage,
} from './risk-coverage.js';
export { classwiseEce } from './classwise-ece.js';
export { smoothEce } from './smooth-ece.js';
export { logSoftmax, type LogProbabilities } from '@bbb/base';
export { categoricalDetection, categoricalMetrics, entropyHistograms } from './categorical.js';
export {
  mixtureCdf,
  mixtureCrps,
  mixtureMean,
  mixtureNll,
  mixtureQuantile,
  mixtureVariances,
  type GaussianMixture,
} from '@bbb/base';
export {
  regressionDetection,
  regressionMetrics,
  type GaussianMetrics,
  type RegressionPrediction,
} from './regression.js';
export { argmax, type Probabilities } from '@bbb/base';
