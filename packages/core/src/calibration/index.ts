/**
 * What is fitted on held-out examples so that probabilities can be trusted: temperatures, conformal sets and intervals, thresholds of "not sure".
 * Import `@bbb/core/calibration` where predictions of any model are at hand and the rest of core is not needed.
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
