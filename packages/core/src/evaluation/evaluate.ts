import type { Key } from '@bbb/kernels';
import { targetsOf, type Examples } from '../data/examples.js';
import type { Params } from '../model/model.js';
import { fold } from '@bbb/base';
import type { Evaluation } from '../result/result.js';
import { predictWith, type Predicting, type Prediction } from './predict.js';

/** The examples that every network of a trial is measured on. */
export interface EvaluationSets {
  readonly test: Examples;
  /** By name of the data set. */
  readonly outOfDistribution: Readonly<Record<string, Examples>>;
  /** Examples that neither training nor selection saw. Absent or empty: nothing is calibrated. */
  readonly calibration?: Examples;
}

/**
 * Measures the mean network, if there is one. If the network is stochastic and samples are asked for, it also measures its draws together.
 * The draws depend on the key alone: networks that are pruned differently have the same noise, and all data sets see the same networks.
 * Otherwise their uncertainties could not be compared.
 *
 * @returns the evaluations, and the prediction on the test set that the last one is made from
 */
export function evaluate(
  predicting: Predicting,
  params: Params,
  sets: EvaluationSets,
  samples: number,
  key: Key,
): { evaluations: Evaluation[]; prediction: unknown } {
  const { model, likelihood } = predicting;
  const hasMean = model.hasMean ?? true;
  const ways: Prediction[] = hasMean ? [{ predict: 'mean' }] : [];
  if (!hasMean || (model.stochastic && samples > 0))
    ways.push({ predict: 'samples', samples: Math.max(1, samples) });
  let prediction: unknown;
  const targets = targetsOf(sets.test, sets.test.rows);
  const evaluations = ways.map((way) => {
    prediction = predictWith(predicting, params, sets.test, way, key);
    const outside = Object.entries(sets.outOfDistribution).map(
      ([name, examples]) => [name, predictWith(predicting, params, examples, way, key)] as const,
    );
    return {
      predict: way.predict,
      // An ensemble predicts with all its members, whatever number of draws is asked for.
      samples: way.predict === 'samples' ? model.draws(way.samples, key).length : 0,
      ...likelihood.evaluate(prediction, targets, Object.fromEntries(outside)),
      ...calibrated(predicting, params, sets, way, prediction, key),
    };
  });
  return { evaluations, prediction };
}

function calibrated(
  predicting: Predicting,
  params: Params,
  { test, calibration }: EvaluationSets,
  way: Prediction,
  prediction: unknown,
  key: Key,
): Pick<Evaluation, 'calibrated'> {
  if (!calibration || calibration.rows.length === 0 || !predicting.likelihood.calibrate) return {};
  const held = (examples: Examples, own: unknown) => ({
    prediction: own,
    targets: targetsOf(examples, examples.rows),
    rows: examples.rows,
  });
  const fitted = predictWith(predicting, params, calibration, way, key);
  return {
    calibrated: predicting.likelihood.calibrate(
      held(calibration, fitted),
      held(test, prediction),
      fold(key, 'calibrate'),
    ),
  };
}
