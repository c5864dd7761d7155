import {
  BbbError,
  fold,
  keyedDraws,
  keyOf,
  normals,
  sizeOf,
  type MethodContext,
  type Model,
  type Network,
  type Params,
} from '@bbb/core';
import type { Key, Ops } from '@bbb/kernels';
import {
  collected,
  deviationOf,
  LEAST_VARIANCE,
  meanOf,
  momentSpecs,
  varianceOf,
} from './iterate-moments.js';
import { owning } from './network.js';
import { allocWeights, freeAll, weightKey, type Operands } from './operands.js';

/** Number of columns with deviations. */
const columnsOf = (count: number, rank: number): number => Math.min(count, rank);

/** Factor of the low-rank part: 1/sqrt(2 (K - 1)) for K columns; 0 for fewer than two columns. */
function columnScale(columns: number): number {
  return columns > 1 ? 1 / Math.sqrt(2 * (columns - 1)) : 0;
}

/**
 * w = mean + sqrt(variance / 2) e + D z / sqrt(2 (K - 1)): one draw of N(mean, diag(variance) / 2 + D D^T / (2 (K - 1))). e has a random number
 * for each weight, z has one for each column, the same for all weights. A pruned weight is exactly 0.
 */
function drawIterates(
  { ops, architecture }: Pick<MethodContext, 'ops' | 'architecture'>,
  out: Operands,
  params: Params,
  columns: number,
  key: Key,
): void {
  const z = normals(fold(key, 'columns'), columns);
  const scale = columnScale(columns);
  for (const { name, shape } of architecture.weights) {
    const variance = ops.alloc(shape);
    try {
      const half = ops.read(params[varianceOf(name)]!).map((v) => v / 2);
      ops.write(variance, half);
      ops.sampleActivations(out[name]!, params[meanOf(name)]!, variance, weightKey(key, name));
      ops.write(variance, half.fill(1));
      z.forEach((value, column) =>
        ops.addProduct(out[name]!, params[deviationOf(column, name)]!, variance, value * scale),
      );
    } finally {
      ops.free(variance);
    }
  }
}

/** Marginal standard deviations of one weight tensor. */
function sigmaOf(ops: Ops, params: Params, name: string, columns: number): Float32Array {
  const half = Float64Array.from(ops.read(params[varianceOf(name)]!), (v) => v / 2);
  const scale = columnScale(columns);
  for (let column = 0; column < columns; column++) {
    ops
      .read(params[deviationOf(column, name)]!)
      .forEach((d, i) => (half[i] = half[i]! + d * scale * (d * scale)));
  }
  return Float32Array.from(half, Math.sqrt);
}

/**
 * A Gaussian over the weights of a point model, from its collected iterates: diagonal plus low rank. Before the first iterate it is the point
 * model. The parameters of the likelihood are the mean of their iterates.
 *
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param point the model whose weights are collected; its weights must be points
 * @param rank columns of the low-rank part: so many of the last deviations are kept
 * @throws BbbError `E_OPTIONS` if the weights are not points, e.g. if they have a Gaussian posterior already
 */
export function swagModel(context: MethodContext, point: Model, rank: number): Model {
  const { ops, architecture } = context;
  const { weights } = architecture;
  if (point.weights || weights.some(({ name }) => !isPoint(point, name))) {
    throw new BbbError('E_OPTIONS', 'SWAG needs an inner method that gives each weight a single value.', {
      hint: 'Choose one of sgd, map-gaussian, map-mixture, dropout, dropconnect.',
    });
  }
  const means = (params: Params): Params => ({
    ...params,
    ...Object.fromEntries(point.params.map(({ name }) => [name, params[meanOf(name)]!])),
  });
  const drawn = (params: Params, key: Key): Network => {
    const own = allocWeights(ops, weights);
    let network: Network;
    try {
      drawIterates(context, own, params, columnsOf(collected(ops, params), rank), key);
      network = point.draw({ ...means(params), ...own }, noiseOf(point, key));
    } catch (error) {
      freeAll(ops, own);
      throw error;
    }
    return owning(network, () => freeAll(ops, own));
  };
  const moments = momentSpecs(point.params, rank);
  return {
    architecture,
    params: [...point.params, ...moments],
    stochastic: true,
    init(key) {
      const kept = allocWeights(ops, moments);
      for (const { name, shape } of weights)
        ops.write(kept[varianceOf(name)]!, new Float64Array(sizeOf(shape)).fill(LEAST_VARIANCE));
      return { ...point.init(key), ...kept };
    },
    draws: keyedDraws,
    draw(params, draw) {
      const some = collected(ops, params) > 0;
      if (draw === 'mean') return point.draw(some ? means(params) : params, 'mean');
      const key = keyOf(draw);
      return some ? drawn(params, key) : point.draw(params, noiseOf(point, key));
    },
    posterior(params) {
      const count = collected(ops, params);
      return point.posterior(count > 0 ? means(params) : params).map((own) => ({
        ...own,
        sigma: sigmaOf(ops, params, own.name, columnsOf(count, rank)),
      }));
    },
  };
}

/** Whether this weight is exactly one parameter, with the same name. */
function isPoint({ params }: Model, weight: string): boolean {
  const own = params.filter((param) => param.weight === weight);
  return own.length === 1 && own[0]!.name === weight;
}

/** The draw of the inner method, which may add its own noise, e.g. dropout. */
function noiseOf({ stochastic }: Model, key: Key): 'mean' | Key {
  return stochastic ? fold(key, 'of') : 'mean';
}
