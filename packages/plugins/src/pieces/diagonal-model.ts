import {
  keyedDraws,
  keyOf,
  type GaussianPrior,
  type MethodContext,
  type Model,
  type Params,
  type WeightSpec,
} from '@bbb/core';
import type { Key, Operand } from '@bbb/kernels';
import { initialLikelihood, initialWeights, likelihoodSpecs, type Initialiser } from './initialiser.js';
import { drawnNetwork, network } from './network.js';
import { filled, readFloat32, type Operands } from './operands.js';

/** The parameter for the width of a Gaussian, beside the one for its mean. */
export interface Width {
  /** The parameter is called `<weight>.<name>`. */
  readonly name: string;
  /** Its value for a pruned weight: every draw is then exactly the mean, which is 0. */
  readonly pruned: number;
  /** Its initial value. */
  readonly start: number;
  /** Draws every weight tensor. */
  draw(out: Operands, params: Params, key: Key): void;
  /** The standard deviations for these values. */
  sigma(width: Operand, spec: WeightSpec): Float32Array;
}

/**
 * A diagonal Gaussian over the weights: parameters `<weight>.mu` and one for the width.
 * @param prior criteria get it if it is Gaussian
 */
export function diagonalModel(
  context: MethodContext,
  initialiser: Initialiser,
  width: Width,
  prior?: GaussianPrior,
): Model {
  const { ops, architecture } = context;
  const { weights } = architecture;
  const muOf = (params: Params, { name }: WeightSpec): Operand => params[`${name}.mu`]!;
  const means = (params: Params): Operands => ({
    ...params,
    ...Object.fromEntries(weights.map((spec) => [spec.name, muOf(params, spec)])),
  });
  return {
    architecture,
    params: [
      ...weights.flatMap(({ name, shape }) => [
        { name: `${name}.mu`, shape, weight: name, pruned: 0 },
        { name: `${name}.${width.name}`, shape, weight: name, pruned: width.pruned },
      ]),
      ...likelihoodSpecs(context),
    ],
    stochastic: true,
    init(key) {
      const mu = initialWeights(context, initialiser, key);
      const posterior = weights.flatMap(
        ({ name, shape }) =>
          [
            [`${name}.mu`, mu[name]!],
            [`${name}.${width.name}`, filled(ops, shape, width.start)],
          ] as const,
      );
      return { ...Object.fromEntries(posterior), ...initialLikelihood(context) };
    },
    draws: keyedDraws,
    draw(params, draw) {
      if (draw === 'mean') return network(context, means(params));
      return drawnNetwork(context, params, (drawn) => width.draw(drawn, params, keyOf(draw)));
    },
    posterior: (params) =>
      weights.map((spec) => ({
        ...spec,
        mu: readFloat32(ops, muOf(params, spec)),
        sigma: width.sigma(params[`${spec.name}.${width.name}`]!, spec),
        ...(prior ? { prior } : {}),
      })),
  };
}
