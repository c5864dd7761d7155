import {
  fold,
  log,
  type Batch,
  type BatchLoss,
  type MethodContext,
  type Params,
  type Trainer,
} from '@bbb/core';
import type { Key, Operand } from '@bbb/kernels';
import { lazy } from './lazy.js';
import { networkLoss } from './loss.js';
import { gradientScale } from './objective.js';
import { allocWeights, freeAll, type Operands } from './operands.js';
import { temper, type Tempering } from './tempering.js';
import { drawByVariance, varianceOf } from './variance-model.js';

export interface IvonTraining {
  /** Number of draws in each step. Their gradients are averaged. */
  readonly samples: number;
  /** Share of the running mean of the gradients that a step keeps. */
  readonly beta1: number;
  /** Share of the precision (the estimate of the Hessian) that a step keeps. */
  readonly beta2: number;
  /** Standard deviation of the prior N(0, sigma^2). */
  readonly sigma: number;
  /** Initial standard deviation of the posterior. The learning rate is meant for a weight with this standard deviation. */
  readonly sigma0: number;
  /** Factor of the learning rate. Default: 1. */
  readonly rateScale?: number;
  readonly tempering: Tempering;
}

/**
 * Natural-gradient variational inference at Adam's cost: Shen et al. 2024, arXiv 2402.17641, algorithm 1 (IVON), for
 * E[-log P(D | w)] + klWeight KL[q || N(0, sigma^2)]. Its Hessian h, effective sample size and weight decay delta make
 * variance = 1 / (ess (h + delta)), ess = N / klWeight, ess delta = 1 / sigma^2, and h starts so that this is sigma0^2; see
 * `Ops.updateIvon` for the step in these terms. The Hessian is estimated from gradients at draws (Price's theorem), so at the
 * optimum of a quadratic the precision is exact.
 *
 * The parameters of the likelihood are points. They follow the running mean of their gradients at the same learning rate.
 */
export function ivonTrainer(context: MethodContext, training: IvonTraining): Trainer {
  const { ops, architecture, likelihood } = context;
  const { samples, beta1, beta2, sigma, sigma0, rateScale = 1, tempering } = training;
  const { weights } = architecture;
  const all = [...weights, ...likelihood.parameters];
  const loss = networkLoss(context);
  const scratch = lazy(() => ({ w: allocWeights(ops, weights), grads: allocWeights(ops, all) }));
  const averages = lazy(() => {
    const ones = allocWeights(ops, all);
    for (const one of Object.values(ones)) ops.write(one, new Float32Array(ops.read(one).length).fill(1));
    return { grads: allocWeights(ops, all), products: allocWeights(ops, weights), ones };
  });

  /** Writes `scale` times the gradients at a draw into `grads`, and leaves the draw in `w`. */
  const gradientAt = (params: Params, batch: Batch, key: Key, scale: number): BatchLoss => {
    const { w, grads } = scratch.get();
    drawByVariance(ops, weights, w, params, key);
    return loss.gradient({ ...params, ...w }, batch, key, scale, grads);
  };

  /** Adds the gradients, and their products with the noise, to the averages. The first draw overwrites the averages. */
  const accumulate = (params: Params, first: boolean): void => {
    const { w, grads } = scratch.get();
    const { grads: sums, products, ones } = averages.get();
    for (const { name } of weights) {
      ops.subtract(w[name]!, w[name]!, varianceOf(params, name).mu);
      if (first) ops.multiply(products[name]!, w[name]!, grads[name]!);
      else ops.addProduct(products[name]!, w[name]!, grads[name]!, 1);
    }
    for (const { name } of all) {
      if (first) ops.copy(sums[name]!, grads[name]!);
      else ops.addProduct(sums[name]!, grads[name]!, ones[name]!, 1);
    }
  };

  /** Computes the mean gradients over the draws, and the other terms of each weight's step. */
  const gradients = (
    params: Params,
    batch: Batch,
    key: Key,
  ): BatchLoss & {
    readonly grads: Operands;
    readonly noise: (name: string) => { w: Operand } | { product: Operand };
  } => {
    const scale = gradientScale(batch);
    if (samples === 1) {
      const found = gradientAt(params, batch, fold(key, 'sample', 0), scale);
      const { w, grads } = scratch.get();
      return { ...found, grads, noise: (name) => ({ w: w[name]! }) };
    }
    let [nll, error] = [0, 0];
    for (let s = 0; s < samples; s++) {
      const one = gradientAt(params, batch, fold(key, 'sample', s), scale / samples);
      nll += one.nll / samples;
      error += one.error / samples;
      accumulate(params, s === 0);
    }
    const { grads, products } = averages.get();
    return { nll, error, grads, noise: (name) => ({ product: products[name]! }) };
  };

  return {
    init: (params) => ({
      params,
      moments: Object.fromEntries(
        Object.entries(params).map(([name, { shape }]) => [
          name,
          name.endsWith('.variance') ? {} : { momentum: ops.alloc(shape) },
        ]),
      ),
      step: 0,
    }),
    step(state, batch, stepContext) {
      const { key } = stepContext;
      const learningRate = rateScale * stepContext.learningRate;
      const { grads, noise, nll, error } = gradients(state.params, batch, key);
      const examples = batch.examples / temper(tempering, batch, stepContext);
      const priorPrecision = 1 / (sigma * sigma);
      const rate = learningRate / (sigma0 * sigma0);
      const debiased = rate / (1 - power(beta1, ++state.step));
      for (const { name } of weights) {
        ops.updateIvon(varianceOf(state.params, name), {
          momentum: state.moments[`${name}.mu`]!['momentum']!,
          grad: grads[name]!,
          ...noise(name),
          beta1,
          beta2,
          examples,
          priorPrecision,
          rate: debiased,
          pull: (rate * priorPrecision) / examples,
        });
      }
      for (const { name } of likelihood.parameters) {
        ops.updatePoint(state.params[name]!, {
          grad: grads[name]!,
          prior: { kind: 'flat' },
          priorWeight: 0,
          rule: { kind: 'sgd', learningRate: learningRate * (1 - beta1), momentum: beta1 },
          moments: beta1 === 0 ? [] : [state.moments[name]!['momentum']!],
        });
      }
      return { nll, error };
    },
    complexityCost: (params) =>
      weights.reduce((sum, { name }) => {
        const { mu, variance } = varianceOf(params, name);
        return sum + klOf(ops.read(mu), ops.read(variance), 1 / (sigma * sigma));
      }, 0),
    dispose() {
      scratch.dispose((operands) => Object.values(operands).forEach((each) => freeAll(ops, each)));
      averages.dispose((operands) => Object.values(operands).forEach((each) => freeAll(ops, each)));
      loss.dispose();
    },
  };
}

/** Sum of KL[N(mu, variance) || N(0, 1 / precision)], in nats. Weights with variance 0 do not count. */
function klOf(mu: ArrayLike<number>, variances: ArrayLike<number>, precision: number): number {
  let sum = 0;
  for (let i = 0; i < mu.length; i++) {
    const variance = variances[i]!;
    if (variance === 0) continue;
    sum += (precision * (mu[i]! * mu[i]! + variance) - 1 - log(precision * variance)) / 2;
  }
  return sum;
}

/** x^n for a natural number n, by squaring: it has the same bits everywhere. */
function power(x: number, n: number): number {
  if (n === 0) return 1;
  const half = power(x * x, Math.floor(n / 2));
  return n % 2 ? half * x : half;
}
