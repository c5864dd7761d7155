import type { Key } from '@bbb/kernels/parts';
import { ece } from '../metrics/calibration.js';
import { nllOfLogs } from '../metrics/scores.js';
import { type Uncertainty, fold } from '@bbb/base';
import { COVERAGE, USUAL, type Calibrated, type Held, type SetReport } from './calibrated.js';
import { judge } from '../metrics/judged.js';
import { conformalQuantile } from './quantile.js';
import { probabilitiesForRisks, RISKS } from './selective.js';
import { apsScore, lacScore, rapsScore, type SetScore } from './set-scores.js';
import { classThresholds, judgeSets, labelScores, marginalThresholds, type Labelled } from './sets.js';
import { atTemperature, fitTemperature } from './temperature.js';
import { uniformsOf } from './uniforms.js';

/** The scores of sets, by their names in results. */
export const SET_SCORES: Readonly<Record<'lac' | 'aps' | 'raps', SetScore>> = {
  lac: lacScore,
  aps: apsScore,
  raps: rapsScore(),
};

/**
 * Fits a temperature and conformal sets on calibration examples, and measures both on the test set. The sets use temperature 1: they guarantee
 * their coverage at any temperature, and a temperature that is fitted for the NLL can make them larger (Xi et al. 2024).
 * @param calibration predictions and truth of the examples to fit on; nothing else was fitted on them
 * @param test predictions and truth of the examples to measure on
 * @param classes number of classes
 * @param key for the random numbers of APS and RAPS
 */
export function calibrateCategorical(
  calibration: Held<Uncertainty, Uint8Array>,
  test: Held<Uncertainty, Uint8Array>,
  classes: number,
  key: Key,
): Calibrated {
  const temperature = fitTemperature(calibration.prediction.logProbabilities, calibration.targets, classes);
  const scaled = atTemperature(test.prediction.logProbabilities, classes, temperature);
  const fitted = labelled(calibration, fold(key, 'calibration'));
  const judged = labelled(test, fold(key, 'test'));
  const report = (
    score: SetScore,
    thresholds: Float64Array,
    threshold: SetReport['threshold'],
  ): SetReport => ({
    threshold,
    ...judgeSets(judged, classes, score, thresholds),
  });
  const marginal = Object.entries(SET_SCORES).map(([name, score]) => {
    const thresholds = marginalThresholds(labelScores(fitted, classes, score), classes, COVERAGE);
    return [name, report(score, thresholds, finite(thresholds[0]!))] as const;
  });
  const own = classThresholds(labelScores(fitted, classes, lacScore), fitted.labels, classes, COVERAGE);
  return {
    examples: calibration.targets.length,
    level: COVERAGE,
    temperature,
    atTemperature: {
      nll: nllOfLogs(scaled.logProbabilities, test.targets, classes),
      ece: ece(scaled.probabilities, test.targets, classes),
    },
    unusual: {
      level: USUAL,
      entropy: finite(conformalQuantile(calibration.prediction.predictiveEntropy, USUAL)),
    },
    sure: sureFrom(calibration, classes),
    sets: {
      ...Object.fromEntries(marginal),
      lacByClass: report(lacScore, own, Array.from(own, finite)),
    },
  };
}

function sureFrom(
  { prediction, targets }: Held<Uncertainty, Uint8Array>,
  classes: number,
): NonNullable<Calibrated['sure']> {
  const probabilities = probabilitiesForRisks(judge(prediction, targets, classes), RISKS);
  return RISKS.map((risk, i) => ({ risk, probability: finite(probabilities[i]!) }));
}

function labelled({ prediction, targets, rows }: Held<Uncertainty, Uint8Array>, key: Key): Labelled {
  const { probabilities, logProbabilities: logs } = prediction;
  return { answers: { probabilities, logs }, labels: targets, uniforms: uniformsOf(key, rows) };
}

/** JSON has no infinity, so null stands for it. */
const finite = (threshold: number): number | null => (Number.isFinite(threshold) ? threshold : null);
