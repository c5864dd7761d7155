import {
  COVERAGE,
  conformalQuantile,
  fitTemperature,
  INTERVAL_SCORES,
  intervalShape,
  judge,
  labelScores,
  lacScore,
  predictWith,
  probabilityForRisk,
  sizeOf,
  splitData,
  targetsOf,
  type Registry,
  type RegressionPrediction,
  type Uncertainty,
} from '@bbb/core';
import type { StoredModel } from '@bbb/predict';
import { checkTrainedOn } from '@bbb/sweep';
import { fitting } from '../network/fits.js';
import { loadSet } from '../network/load-set.js';
import type { OpenNetwork } from '../network/open.js';
import { watchedExamples } from '../network/watched.js';
import { NO_STEPS, type Steps } from '../progress/work.js';

type Calibration = NonNullable<StoredModel['calibration']>;

export interface CalibrationWishes {
  readonly samples: number;
  readonly maxRisk?: number | undefined;
  readonly dataDir?: string | undefined;
}

/**
 * Calibrates a network on examples that its trial held out. Finds the probability above which the error stays below the wished one; if
 * selection did not see the examples either, also the temperature, sets and intervals.
 *
 * @returns undefined if the trial held no examples out
 * @throws BbbError when the data that it was trained on can't be had, or have changed
 */
export async function calibrationOf(
  network: OpenNetwork,
  registry: Registry,
  { samples, maxRisk, dataDir }: CalibrationWishes,
  steps: Steps = NO_STEPS,
): Promise<Calibration | undefined> {
  const { trial, keys, model, data, params, trained } = network;
  const context = { ...(dataDir === undefined ? {} : { dataDir }), secondary: false };
  const set = fitting(await loadSet(trial.data, context, registry), sizeOf(model.architecture.inputShape));
  checkTrainedOn(trained, trial.data, set);
  const { calibration } = splitData(set, trial.data, keys.split);
  if (calibration.rows.length === 0) return undefined;
  const examples = { ...calibration, preprocessing: data.preprocessing };
  const isMean = (model.hasMean ?? true) && (samples === 0 || !model.stochastic);
  const way = isMean ? ({ predict: 'mean' } as const) : ({ predict: 'samples', samples } as const);
  const targets = targetsOf(examples, examples.rows);
  const unseen = trial.select === 'last' || trial.data.calibration !== undefined;
  const draws = isMean ? 0 : model.draws(samples, keys.evaluate).length;
  const onShare = steps('calibrating');
  const watched = watchedExamples(examples, onShare, draws);
  const prediction = predictWith(network, params, watched, way, keys.evaluate);
  return {
    samples: draws,
    ...(data.target.kind === 'class'
      ? ofClasses(prediction as Uncertainty, targets as Uint8Array, data.target.classes, unseen, maxRisk)
      : unseen
        ? ofNumbers(prediction as RegressionPrediction, targets)
        : {}),
  };
}

function ofClasses(
  all: Uncertainty,
  labels: Uint8Array,
  classes: number,
  unseen: boolean,
  maxRisk: number | undefined,
): Omit<Calibration, 'samples'> {
  const answers = { probabilities: all.probabilities, logs: all.logProbabilities };
  const uniforms = new Float64Array(labels.length);
  const scores = labelScores({ answers, labels, uniforms }, classes, lacScore);
  return {
    ...(unseen
      ? {
          temperature: fitTemperature(all.logProbabilities, labels, classes),
          sets: { level: COVERAGE, threshold: finite(conformalQuantile(scores, COVERAGE)) },
        }
      : {}),
    ...(maxRisk === undefined
      ? {}
      : // Above 1: no answer is sure.
        {
          sure: {
            risk: maxRisk,
            probability: Math.min(2, probabilityForRisk(judge(all, labels, classes), maxRisk)),
          },
        }),
  };
}

function ofNumbers(
  prediction: RegressionPrediction,
  targets: ArrayLike<number>,
): Omit<Calibration, 'samples'> {
  const score = INTERVAL_SCORES.scaled;
  const scores = Float64Array.from({ length: targets.length }, (_, i) =>
    score.of(intervalShape(prediction.of(i), COVERAGE), targets[i]!),
  );
  return {
    interval: { level: COVERAGE, score: 'scaled', width: finite(conformalQuantile(scores, COVERAGE)) },
  };
}

/** JSON has no infinity, so null stands for no limit. */
function finite(threshold: number): number | null {
  return threshold === Infinity ? null : threshold;
}
