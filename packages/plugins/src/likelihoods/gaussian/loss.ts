import { exp, type BatchLoss, type LikelihoodParams, type Targets, type ValidationMetrics } from '@bbb/core';
import type { Operand, Ops } from '@bbb/kernels';
import {
  LOG_SD,
  logSdOf,
  nllOf,
  sharedLogSd,
  standardised,
  type GaussianForm,
  type ParameterValues,
} from './noise.js';

/** Where gradients go, and the factor that they are multiplied by. */
interface GradientPlace {
  readonly outputs: Operand;
  readonly parameters: LikelihoodParams;
  readonly scale: number;
}

/** The loss of a batch, summed over its rows; see `Likelihood.nll`. Its error is the sum of squared errors, in the unit of the target. */
export function gaussianLoss(
  ops: Ops,
  form: GaussianForm,
  out: Operand,
  targets: Targets,
  parameters: LikelihoodParams,
  gradient?: GradientPlace,
): BatchLoss {
  const { noise, outputs, scaling } = form;
  const values = ops.read(out);
  const shared = noise === 'learned' ? ops.read(parameters[LOG_SD]!)[0]! : form.start;
  const grad = gradient && new Float64Array(values.length);
  let [nll, error, dShared] = [0, 0, 0];
  for (let row = 0; row < targets.length; row++) {
    const mean = values[outputs * row]!;
    const logSd = logSdOf(form, values, row, shared);
    const y = standardised(form, targets[row]!);
    nll += nllOf(form, y, mean, logSd);
    error += (y - mean) * (y - mean) * scaling.sd * scaling.sd;
    if (!grad) continue;
    const precision = exp(-2 * logSd);
    const dLogSd = 1 - (y - mean) * (y - mean) * precision;
    grad[outputs * row] = gradient.scale * (mean - y) * precision;
    if (noise === 'per-input') grad[2 * row + 1] = gradient.scale * dLogSd;
    else dShared += gradient.scale * dLogSd;
  }
  if (grad) {
    ops.write(gradient.outputs, grad);
    if (noise === 'learned') ops.write(gradient.parameters[LOG_SD]!, [dShared]);
  }
  return { nll, error };
}

/** Columns of a square root of the Fisher information, by row; see `Likelihood.hessianRoot`. */
export function gaussianHessianRoot(
  form: GaussianForm,
  values: Float32Array | Float64Array,
  parameters: ParameterValues,
): Float64Array[] {
  const shared = sharedLogSd(form, parameters);
  const rows = { length: values.length / form.outputs };
  const inverseSds = Float64Array.from(rows, (_, row) => exp(-logSdOf(form, values, row, shared)));
  if (form.noise !== 'per-input') return [inverseSds];
  // The Fisher information of mean and log sd is diagonal: 1 / sd^2 and 2.
  return [
    Float64Array.from(values, (_, i) => (i % 2 === 0 ? inverseSds[i / 2]! : 0)),
    Float64Array.from(values, (_, i) => (i % 2 === 0 ? 0 : Math.SQRT2)),
  ];
}

/** RMSE in the unit of the target, and nats per example, of one member. */
export function gaussianValidation(
  form: GaussianForm,
  values: Float32Array | Float64Array,
  targets: Targets,
  parameters: ParameterValues,
): ValidationMetrics {
  const shared = sharedLogSd(form, parameters);
  let [nll, squares] = [0, 0];
  targets.forEach((value: number, row: number) => {
    const y = standardised(form, value);
    const mean = values[form.outputs * row]!;
    const error = (y - mean) * form.scaling.sd;
    nll += nllOf(form, y, mean, logSdOf(form, values, row, shared));
    squares += error * error;
  });
  return { error: Math.sqrt(squares / targets.length), nll: nll / targets.length };
}
