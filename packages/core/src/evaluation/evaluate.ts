import type { Key } from '@bbb/kernels';
import { targetsOf, type Examples } from '../data/examples.js';
import type { Model, Params } from '../model/model.js';
import { fold } from '@bbb/base';
import { headlineError } from '../likelihood/headline.js';
import type { Evaluation, ValidationMetrics } from '../result/result.js';
import { predictSets, type Predicting, type Prediction } from './predict.js';

/** The examples that every network of a trial is measured on. */
export interface EvaluationSets {
  readonly test: Examples;
  /** By name of the data set. */
  readonly outOfDistribution: Readonly<Record<string, Examples>>;
  /** Examples that neither training nor selection saw. Absent or empty: nothing is calibrated. */
  readonly calibration?: Examples;
  /** Examples that models are selected by. Absent or empty: no validation metrics are computed. */
  readonly validation?: Examples;
}

/** The measurements of one network. */
export interface Evaluated {
  readonly evaluations: readonly Evaluation[];
  /** The result of `validate` on the validation examples. */
  readonly validation?: ValidationMetrics;
  /** The prediction on the test set from which the last evaluation was computed. */
  readonly prediction: unknown;
}

interface Evaluating {
  readonly predicting: Predicting;
  readonly params: Params;
  readonly sets: EvaluationSets;
  readonly key: Key;
}

/**
 * Measures the mean network, if there is one. If the network is stochastic and samples are asked for, it also measures its draws together.
 * The draws depend on the key alone: networks that are pruned differently have the same noise, and all data sets see the same networks.
 * Otherwise their uncertainties could not be compared.
 * Every draw is made once, and predicts all sets.
 *
 * @param predicting ops, model and likelihood
 * @param params the parameters of the model
 * @param sets the examples to measure on, by name
 * @param samples number of draws that predict together; 0 measures the mean network alone
 * @param key the same key gives the same draws
 */
export function evaluate(
  predicting: Predicting,
  params: Params,
  sets: EvaluationSets,
  samples: number,
  key: Key,
): Evaluated {
  // Only the first way of predicting is validated, because selection uses it.
  const measured = waysOf(predicting.model, samples).map((way, i) =>
    evaluateWay({ predicting, params, sets, key }, way, i === 0 ? sets.validation : undefined),
  );
  const [{ validation }] = measured as [(typeof measured)[0]];
  return {
    evaluations: measured.map(({ evaluation }) => evaluation),
    ...(validation ? { validation } : {}),
    prediction: measured.at(-1)!.prediction,
  };
}

function waysOf(model: Pick<Model, 'hasMean' | 'stochastic'>, samples: number): Prediction[] {
  const hasMean = model.hasMean ?? true;
  const ways: Prediction[] = hasMean ? [{ predict: 'mean' }] : [];
  if (!hasMean || (model.stochastic && samples > 0))
    ways.push({ predict: 'samples', samples: Math.max(1, samples) });
  return ways;
}

/**
 * How often {@link evaluate} computes a network for an example: the sum of all numbers that `onRows` of the sets receives.
 *
 * @param predicting its model and likelihood
 * @param sets as {@link evaluate} gets them
 * @param samples draws that predict together; 0: the mean network only
 * @param key of the draws
 */
export function rowsAsked(
  { model, likelihood }: Pick<Predicting, 'model' | 'likelihood'>,
  { test, outOfDistribution, validation, calibration }: EvaluationSets,
  samples: number,
  key: Key,
): number {
  const count = (examples: Examples | undefined): number => examples?.rows.length ?? 0;
  const always = [test, ...Object.values(outOfDistribution)].reduce((sum, one) => sum + count(one), 0);
  const fitted = likelihood.calibrate ? count(calibration) : 0;
  return waysOf(model, samples).reduce((sum, way, i) => {
    const networks = way.predict === 'mean' ? 1 : model.draws(way.samples, key).length;
    // The first way also predicts the validation examples, which include the calibration examples.
    return sum + networks * (always + (i === 0 ? Math.max(count(validation), fitted) : fitted));
  }, 0);
}

function evaluateWay(
  evaluating: Evaluating,
  way: Prediction,
  selectedBy: Examples | undefined,
): {
  readonly evaluation: Evaluation;
  readonly prediction: unknown;
  readonly validation?: ValidationMetrics;
} {
  const { predicting, params, sets, key } = evaluating;
  const { model, likelihood } = predicting;
  const calibration = calibratedOn(evaluating);
  const outside = Object.entries(sets.outOfDistribution);
  const held = selectedBy?.rows.length ? selectedBy : undefined;
  let validation: ValidationMetrics | undefined;
  const heldTargets = held && targetsOf(held, held.rows);
  const asked = [
    // Predicted first, because the outputs of the calibration examples, which are among these, are then reused.
    ...(held && way.predict === 'samples' ? [held] : []),
    sets.test,
    ...outside.map(([, examples]) => examples),
    ...(calibration ? [calibration] : []),
  ];
  const predictions = predictSets(predicting, params, asked, way, key, (member) => {
    if (held && heldTargets && way.predict === 'mean')
      validation = likelihood.validate(member.of(held), heldTargets, member.own);
  });
  if (held && heldTargets && way.predict === 'samples') {
    const { metrics } = likelihood.evaluate(predictions.shift(), heldTargets, {});
    validation = { error: headlineError(likelihood.headline, metrics), nll: metrics.nll };
  }
  const prediction = predictions.shift();
  const others = outside.map(([name]) => [name, predictions.shift()] as const);
  const targets = targetsOf(sets.test, sets.test.rows);
  const evaluation: Evaluation = {
    predict: way.predict,
    // An ensemble predicts with all its members, whatever number of draws is asked for.
    samples: way.predict === 'samples' ? model.draws(way.samples, key).length : 0,
    ...likelihood.evaluate(prediction, targets, Object.fromEntries(others)),
    ...(calibration ? calibrated(evaluating, calibration, prediction, predictions.shift()) : {}),
  };
  return { evaluation, prediction, ...(validation ? { validation } : {}) };
}

/** The calibration examples, if there are some and the likelihood can be calibrated. */
function calibratedOn({ predicting, sets: { calibration } }: Evaluating): Examples | undefined {
  return predicting.likelihood.calibrate && calibration?.rows.length ? calibration : undefined;
}

function calibrated(
  { predicting, sets, key }: Evaluating,
  calibration: Examples,
  prediction: unknown,
  fitted: unknown,
): Pick<Evaluation, 'calibrated'> {
  const held = (examples: Examples, own: unknown) => ({
    prediction: own,
    targets: targetsOf(examples, examples.rows),
    rows: examples.rows,
  });
  return {
    calibrated: predicting.likelihood.calibrate!(
      held(calibration, fitted),
      held(sets.test, prediction),
      fold(key, 'calibrate'),
    ),
  };
}
