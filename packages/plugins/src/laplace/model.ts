import {
  keyedDraws,
  keyOf,
  sizeOf,
  type LinearLayer,
  type MadeMethod,
  type MethodContext,
  type Model,
  type Network,
  type Params,
  type WeightSpec,
} from '@bbb/core';
import type { Key } from '@bbb/kernels';
import { network } from '../pieces/network.js';
import { allocWeights, freeAll, readFloat32, type Operands } from '../pieces/operands.js';
import { innerParams } from '../pieces/wrapped-trainer.js';
import { closedFormNetwork } from './closed-form.js';
import { namesOf, sigmaName, type Covariance } from './covariance.js';
import { linearisedNetwork } from './linearised.js';

/** Prior precisions, one for each random layer. */
export const PRECISIONS = 'laplace.precisions';
/** The log marginal likelihood, in nats; 0 before training has ended. */
export const EVIDENCE = 'laplace.logMarginalLikelihood';

/** A Gaussian around the weights of another method. */
export interface LaplaceParts {
  readonly inner: MadeMethod;
  /** Layers whose weights are random. The weights of the others are constant. */
  readonly layers: readonly LinearLayer[];
  readonly covariance: Covariance;
  /** What draws predict with: the linearised network, the Gaussians of its outputs, or the network at drawn weights. */
  readonly prediction: 'linearised' | 'closed-form' | 'sampled';
  /** Standard deviation of the prior, which is the posterior before training has ended. */
  readonly sigma: number;
}

/**
 * The mean network is that of the inner method. A pruned weight has the standard deviation 0, so it is 0 in every draw.
 *
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param parts the inner method, the layers with a posterior, and the form of its covariance
 */
export function laplaceModel(context: MethodContext, parts: LaplaceParts): Model {
  const { ops, architecture } = context;
  const { inner, layers, covariance, prediction, sigma } = parts;
  const random = architecture.weights.filter(({ name }) => layers.flatMap(namesOf).includes(name));
  return {
    architecture,
    params: [
      ...inner.model.params,
      ...random.map(({ name, shape }) => ({ name: sigmaName(name), shape, weight: name, pruned: 0 })),
      ...covariance.params,
      { name: PRECISIONS, shape: [layers.length], pruned: 0 },
      { name: EVIDENCE, shape: [1], pruned: 0 },
    ],
    stochastic: true,
    plainDraws: prediction === 'sampled',
    logEvidence: (params) => ops.read(params[EVIDENCE]!)[0],
    init(key) {
      const sigmas = random.map(({ name, shape }) => {
        const values = ops.alloc(shape);
        ops.write(values, new Float64Array(sizeOf(shape)).fill(sigma));
        return [sigmaName(name), values] as const;
      });
      const precisions = ops.alloc([layers.length]);
      ops.write(precisions, new Float64Array(layers.length).fill(1 / (sigma * sigma)));
      return {
        ...inner.model.init(key),
        ...Object.fromEntries(sigmas),
        ...covariance.init(sigma),
        [PRECISIONS]: precisions,
        [EVIDENCE]: ops.alloc([1]),
      };
    },
    // In closed form one prediction holds all draws.
    draws: (count, key) => keyedDraws(prediction === 'closed-form' ? 1 : count, key),
    draw(params, draw) {
      const mean = inner.model.draw(innerParams(inner, params), 'mean');
      if (draw === 'mean') return mean;
      try {
        return drawn(context, parts, random, params, mean, keyOf(draw));
      } catch (error) {
        mean.dispose();
        throw error;
      }
    },
    posterior(params) {
      const precisions = ops.read(params[PRECISIONS]!);
      return inner.model.posterior(innerParams(inner, params)).map(({ sigma: _sigma, ...of }) => {
        const layer = layers.findIndex((one) => namesOf(one).includes(of.name));
        if (layer < 0) return of;
        return {
          ...of,
          sigma: readFloat32(ops, params[sigmaName(of.name)]!),
          prior: { mu: 0, sigma: 1 / Math.sqrt(precisions[layer]!) },
        };
      });
    },
  };
}

/** The network at w = w* - noise. It owns `mean` from then on. */
function drawn(
  context: MethodContext,
  { covariance, prediction }: LaplaceParts,
  random: readonly WeightSpec[],
  params: Params,
  mean: Network,
  key: Key,
): Network {
  const { ops } = context;
  const [noise, weights] = [allocWeights(ops, random), allocWeights(ops, random)];
  const dispose = (): void => {
    freeAll(ops, noise);
    freeAll(ops, weights);
  };
  try {
    covariance.noise(noise, params, key);
    for (const { name } of random) ops.subtract(weights[name]!, mean.weights[name]!, noise[name]!);
    const whole = (): void => {
      dispose();
      mean.dispose();
    };
    if (prediction === 'linearised') return linearisedNetwork(context, mean, noise, weights, whole);
    if (prediction === 'closed-form')
      return closedFormNetwork(context, covariance, params, mean, weights, whole);
    const all: Operands = { ...mean.weights, ...mean.likelihood, ...weights };
    return network(context, all, whole);
  } catch (error) {
    dispose();
    throw error;
  }
}
