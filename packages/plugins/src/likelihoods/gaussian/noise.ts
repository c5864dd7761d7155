import { exp, log, type TargetScaling } from '@bbb/core';

/** The density of a target given the outputs for its example: N(mean, sd^2) of the standardised target. */
export interface GaussianForm {
  readonly noise: 'learned' | 'fixed' | 'per-input';
  /** Outputs for one example: the mean, and with `per-input` noise what is added to `start`. */
  readonly outputs: 1 | 2;
  /** Logarithm of the standard deviation that was given in the options. */
  readonly start: number;
  /** Turns targets into standardised ones. */
  readonly scaling: TargetScaling;
}

/** Name of the parameter of `learned` noise: the logarithm of its standard deviation, in standardised units. */
export const LOG_SD = 'likelihood.logSd';

const HALF_LOG_2PI = 0.9189385332046727;

/** Parameters of the likelihood, as numbers. */
export type ParameterValues = Readonly<Record<string, ArrayLike<number>>>;

/** Logarithm of the standard deviation that all examples share, in standardised units. With `per-input` noise it is not used. */
export function sharedLogSd({ start }: GaussianForm, parameters: ParameterValues): number {
  return parameters[LOG_SD]?.[0] ?? start;
}

/**
 * Logarithm of the standard deviation of one example, in standardised units.
 * @param shared the log standard deviation of all examples, see {@link sharedLogSd}
 */
export function logSdOf(form: GaussianForm, outputs: ArrayLike<number>, row: number, shared: number): number {
  return form.noise === 'per-input' ? form.start + outputs[2 * row + 1]! : shared;
}

/** NLL of a standardised target, as a density in the unit of the target. */
export function nllOf({ scaling }: GaussianForm, y: number, mean: number, logSd: number): number {
  const z = (y - mean) * exp(-logSd);
  return HALF_LOG_2PI + logSd + log(scaling.sd) + 0.5 * z * z;
}

export function standardised({ scaling }: GaussianForm, target: number): number {
  return (target - scaling.mean) / scaling.sd;
}
