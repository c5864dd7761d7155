import {
  calibrateRegression,
  log,
  regressionDetection,
  regressionMetrics,
  type Likelihood,
  type LikelihoodDefinition,
  type RegressionPrediction,
  type TargetScaling,
  type TargetSpec,
} from '@bbb/core';
import { z } from 'zod';
import { standardDeviation } from '../pieces/option-schemas.js';
import { gaussianAccumulator } from './gaussian/accumulator.js';
import { shownPredictions } from './gaussian/examples.js';
import { gaussianHessianRoot, gaussianLoss, gaussianValidation } from './gaussian/loss.js';
import { LOG_SD, type GaussianForm } from './gaussian/noise.js';

export const gaussianOptions = z.strictObject({
  noise: z
    .enum(['learned', 'fixed', 'per-input'])
    .default('learned')
    .describe(
      'The noise of the targets: one standard deviation learned with the weights, a fixed one, or one for each input, which the network gives.',
    ),
  sd: standardDeviation
    .default(0.5)
    .describe('Its standard deviation (where it starts, unless fixed), as a part of that of the targets.'),
});
export type GaussianOptions = z.output<typeof gaussianOptions>;

/**
 * p(y | x) = N(y; m(x), sd^2) for the standardised target y = (target - mean) / scale. Costs and errors are in the unit of the target, so log scale
 * is added to the NLL. Output 0 is m(x); with `per-input` noise, output 1 is log sd(x) - log(options.sd). A prediction is the mixture of the
 * members' Gaussians: the variance of their means is epistemic, the mean of their variances is aleatoric. If the outputs of a member are
 * Gaussian, their variance is added to its own, which is exact; with `per-input` noise, that variance is log-normal, and its mean is taken.
 *
 * @param options noise: `learned` (parameter `likelihood.logSd`), `fixed` or `per-input`; sd: its (initial) standard deviation, in units of the
 *   standardised target
 * @param scaling how the targets are standardised
 * @param target its `unit` is shown after numbers
 */
export function gaussianLikelihood(
  { noise, sd }: GaussianOptions,
  scaling: TargetScaling,
  target: TargetSpec,
): Likelihood<RegressionPrediction> {
  const perInput = noise === 'per-input';
  const form: GaussianForm = { noise, outputs: perInput ? 2 : 1, start: log(sd), scaling };
  const { outputs, start } = form;
  const unit = target.kind === 'real' ? (target.unit ?? '') : '';
  return {
    outputs,
    parameters: noise === 'learned' ? [{ name: LOG_SD, shape: [1], initial: start }] : [],
    form: {
      kind: 'gaussian',
      logSd: perInput ? { output: 1, plus: start } : noise === 'learned' ? { parameter: LOG_SD } : start,
    },
    headline: { metric: 'rmse', label: 'RMSE', unit, factor: 1, better: 'lower', error: 'RMSE' },
    nll: (ops, out, targets, parameters, gradient) =>
      gaussianLoss(ops, form, out, targets, parameters, gradient),
    hessianRoot: (values, parameters) => gaussianHessianRoot(form, values, parameters),
    error: (sum, count) => Math.sqrt(sum / count),
    validate: (values, targets, parameters) => gaussianValidation(form, values, targets, parameters),
    takesVariances: true,
    accumulator: (examples) => gaussianAccumulator(form, examples),
    evaluate(prediction, targets, outside) {
      const ood = Object.entries(outside).map(
        ([name, other]) => [name, regressionDetection(prediction, other)] as const,
      );
      return {
        ...regressionMetrics(prediction, targets),
        ...(ood.length > 0 ? { ood: Object.fromEntries(ood) } : {}),
      };
    },
    calibrate: (calibration, test) => calibrateRegression(calibration, test),
    baseline(_train, test) {
      const squares = Array.from(test, (y) => (y - scaling.mean) * (y - scaling.mean));
      return Math.sqrt(squares.reduce((a, b) => a + b, 0) / test.length);
    },
    examples: (prediction, test) => ({ predictions: shownPredictions(prediction, test) }),
  };
}

export const gaussian: LikelihoodDefinition<GaussianOptions> = {
  description: 'Real numbers with Gaussian noise, learned, fixed or for each input. Shown first: RMSE.',
  options: gaussianOptions,
  target: 'real',
  create: (options, { target, scaling = { mean: 0, sd: 1 } }) => gaussianLikelihood(options, scaling, target),
};
