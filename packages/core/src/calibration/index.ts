/**
 * Calibration on held-out examples, so that probabilities can be trusted: temperatures, conformal sets and intervals, thresholds of "not
 * sure". Import `@bbb/core/calibration` to calibrate the predictions of any model without the rest of core.
 *
 * @packageDocumentation
 */
export { COVERAGE, type Calibrated, type Held, type IntervalReport, type SetReport } from './calibrated.js';
export { calibrateCategorical, SET_SCORES } from './categorical.js';
export { conformalQuantile, conformalRank } from './quantile.js';
export {
  calibrateRegression,
  INTERVAL_SCORES,
  intervalShape,
  type IntervalScore,
  type IntervalShape,
} from './regression.js';
export { apsScore, lacScore, rapsScore, type RapsOptions, type SetScore } from './set-scores.js';
export { classThresholds, judgeSets, labelScores, marginalThresholds, setOf, type Labelled } from './sets.js';
export { probabilitiesForRisks, probabilityForRisk, RISKS } from './selective.js';
export { atTemperature, fitTemperature } from './temperature.js';
export { uniformsOf } from './uniforms.js';
