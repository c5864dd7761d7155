import type { CurvatureInput, LinearLayer, Params, ParamSpec } from '@bbb/core';
import type { Key, Operand } from '@bbb/kernels';
import type { Operands } from '../pieces/operands.js';
import type { Spectrum } from './evidence.js';

/** Keeps the covariance of the weights of some layers in parameters of the model. */
export interface Covariance {
  /** Parameters that it keeps in addition to the standard deviations (`sigmaName`). */
  readonly params: readonly ParamSpec[];
  /** The covariance of the prior N(0, sigma^2), before any data. */
  init(sigma: number): Params;
  /** Measures the curvature over the examples, before a prior is chosen. @param key for random numbers */
  measure(input: CurvatureInput, key: Key): Measured;
  /** Writes one draw of N(0, covariance) for each weight of its layers. */
  noise(out: Operands, params: Params, key: Key): void;
  /**
   * Writes the variance of each linear output of one of its layers, a dense one, by the layer's own weights.
   * @param x inputs of the layer, `[batch, fanIn]`
   * @param out `[batch, units]`
   */
  outputVariances(out: Operand, params: Params, layer: LinearLayer, x: Operand): void;
}

/** A measured curvature, to which the precision of a prior is added. */
export interface Measured {
  /** One for each layer. */
  readonly spectra: readonly Omit<Spectrum, 'underPrior'>[];
  /** Writes the covariance (H + precision)^-1 and the standard deviations. @param precisions one for each layer */
  write(params: Params, precisions: readonly number[]): void;
}

/** Name of the parameter with the standard deviations of a weight; these are 0 for pruned weights. */
export function sigmaName(weight: string): string {
  return `laplace.${weight}.sigma`;
}

/** The names of a layer's weights. */
export function namesOf({ weight, bias }: LinearLayer): [string, string] {
  return [weight.name, bias.name];
}
