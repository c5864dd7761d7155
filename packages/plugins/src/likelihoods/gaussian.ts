import {
  calibrateRegression,
  exp,
  log,
  mixtureMean,
  mixtureQuantile,
  mixtureVariances,
  regressionDetection,
  regressionMetrics,
  type Likelihood,
  type LikelihoodDefinition,
  type RegressionPrediction,
  type TargetSpec,
} from '@bbb/core';
import { z } from 'zod';
import { standardDeviation } from '../pieces/option-schemas.js';

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

const HALF_LOG_2PI = 0.9189385332046727;
const LOG_SD = 'likelihood.logSd';
/** Most test examples that a result shows one by one. */
const SHOWN = 500;

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
  scaling: { readonly mean: number; readonly sd: number },
  target: TargetSpec,
): Likelihood<RegressionPrediction> {
  const perInput = noise === 'per-input';
  const outputs = perInput ? 2 : 1;
  const start = log(sd);
  const unit = target.kind === 'real' ? (target.unit ?? '') : '';
  /** Logarithm of the standard deviation of the noise, in standardised units. */
  const logSdOf = (values: ArrayLike<number>, row: number, learned: number): number =>
    perInput ? start + values[2 * row + 1]! : learned;

  const nllOf = (y: number, mean: number, logSd: number): number => {
    const z = (y - mean) * exp(-logSd);
    return HALF_LOG_2PI + logSd + log(scaling.sd) + 0.5 * z * z;
  };
  const standardised = (value: number): number => (value - scaling.mean) / scaling.sd;

  return {
    outputs,
    parameters: noise === 'learned' ? [{ name: LOG_SD, shape: [1], initial: start }] : [],
    form: {
      kind: 'gaussian',
      logSd: perInput ? { output: 1, plus: start } : noise === 'learned' ? { parameter: LOG_SD } : start,
    },
    headline: { metric: 'rmse', label: 'RMSE', unit, factor: 1, better: 'lower', error: 'RMSE' },

    nll(ops, out, targets, parameters, gradient) {
      const values = ops.read(out);
      const learned = noise === 'learned' ? ops.read(parameters[LOG_SD]!)[0]! : start;
      const grad = gradient && new Float64Array(values.length);
      let [nll, error, dLearned] = [0, 0, 0];
      for (let row = 0; row < targets.length; row++) {
        const mean = values[outputs * row]!;
        const logSd = logSdOf(values, row, learned);
        const y = standardised(targets[row]!);
        nll += nllOf(y, mean, logSd);
        error += (y - mean) * (y - mean) * scaling.sd * scaling.sd;
        if (!grad) continue;
        const precision = exp(-2 * logSd);
        const dLogSd = 1 - (y - mean) * (y - mean) * precision;
        grad[outputs * row] = gradient.scale * (mean - y) * precision;
        if (perInput) grad[2 * row + 1] = gradient.scale * dLogSd;
        else dLearned += gradient.scale * dLogSd;
      }
      if (grad) {
        ops.write(gradient.outputs, grad);
        if (noise === 'learned') ops.write(gradient.parameters[LOG_SD]!, [dLearned]);
      }
      return { nll, error };
    },

    hessianRoot(values, parameters) {
      const learned = parameters[LOG_SD]?.[0] ?? start;
      const rows = { length: values.length / outputs };
      const inverseSds = Float64Array.from(rows, (_, row) => exp(-logSdOf(values, row, learned)));
      if (!perInput) return [inverseSds];
      // The Fisher information of mean and log sd is diagonal: 1 / sd^2 and 2.
      return [
        Float64Array.from(values, (_, i) => (i % 2 === 0 ? inverseSds[i / 2]! : 0)),
        Float64Array.from(values, (_, i) => (i % 2 === 0 ? 0 : Math.SQRT2)),
      ];
    },

    error: (sum, count) => Math.sqrt(sum / count),

    validate(values, targets, parameters) {
      const learned = parameters[LOG_SD]?.[0] ?? start;
      let [nll, squares] = [0, 0];
      targets.forEach((value: number, row: number) => {
        const y = standardised(value);
        const error = (y - values[outputs * row]!) * scaling.sd;
        nll += nllOf(y, values[outputs * row]!, logSdOf(values, row, learned));
        squares += error * error;
      });
      return { error: Math.sqrt(squares / targets.length), nll: nll / targets.length };
    },

    takesVariances: true,
    accumulator(examples) {
      const means: Float64Array[] = [];
      const sds: Float64Array[] = [];
      const spreads: Float64Array[] = [];
      return {
        add(values, parameters, variances) {
          const learned = parameters[LOG_SD]?.[0] ?? start;
          const rows = { length: examples };
          means.push(Float64Array.from(rows, (_, row) => scaling.mean + scaling.sd * values[outputs * row]!));
          // The mean of exp(2 x) is exp(2 m + 2 v) for a Gaussian x.
          const more = (row: number): number => (perInput && variances ? variances[2 * row + 1]! : 0);
          const total = Float64Array.from(
            rows,
            (_, row) => scaling.sd * exp(logSdOf(values, row, learned) + more(row)),
          );
          sds.push(total);
          if (!variances) return;
          const spread = Float64Array.from(
            rows,
            (_, row) => scaling.sd * Math.sqrt(variances[outputs * row]!),
          );
          spreads.push(spread);
          total.forEach((sd, row) => (total[row] = Math.sqrt(sd * sd + spread[row]! * spread[row]!)));
        },
        finish: () => ({
          examples,
          of: (example) => ({
            means: means.map((member) => member[example]!),
            sds: sds.map((member) => member[example]!),
            ...(spreads.length > 0 ? { spreads: spreads.map((member) => member[example]!) } : {}),
          }),
        }),
      };
    },

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

    examples(prediction, { features, targets, inputShape, rows }) {
      const single = inputShape.length === 1 && inputShape[0] === 1;
      const every = Math.max(1, Math.ceil(rows.length / SHOWN));
      const shown = Array.from(rows.keys()).filter((i) => i % every === 0);
      return {
        predictions: shown.map((i) => {
          const mixture = prediction.of(i);
          const { epistemic, aleatoric } = mixtureVariances(mixture);
          const quantile = (p: number): number => mixtureQuantile(mixture, p);
          return {
            index: rows[i]!,
            ...(single ? { input: features[rows[i]!]! } : {}),
            target: targets[rows[i]!]!,
            mean: mixtureMean(mixture),
            epistemic: Math.sqrt(epistemic),
            aleatoric: Math.sqrt(aleatoric),
            quartiles: [quantile(0.25), quantile(0.5), quantile(0.75)],
          };
        }),
      };
    },
  };
}

export const gaussian: LikelihoodDefinition<GaussianOptions> = {
  description: 'Real numbers with Gaussian noise, learned, fixed or for each input. Shown first: RMSE.',
  options: gaussianOptions,
  target: 'real',
  create: (options, { target, scaling = { mean: 0, sd: 1 } }) => gaussianLikelihood(options, scaling, target),
};
