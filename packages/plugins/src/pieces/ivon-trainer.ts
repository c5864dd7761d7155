import { log, type MethodContext, type Trainer, type TrainingState } from '@bbb/core';
import type { IvonUpdate, Operand, Ops } from '@bbb/kernels';
import { ivonEstimator, type IvonGradients } from './ivon-gradients.js';
import { temper, type Tempering } from './tempering.js';
import { varianceOf } from './variance-model.js';

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
 *
 * @param context what a method is made with: ops, architecture, likelihood, optimiser
 * @param training draws for a step, decays of the running means of gradient and Hessian, and standard deviations of the prior and of the start
 */
export function ivonTrainer(context: MethodContext, training: IvonTraining): Trainer {
  const { ops, architecture, likelihood } = context;
  const { samples, beta1, sigma, sigma0, rateScale = 1, tempering } = training;
  const { weights } = architecture;
  const estimator = ivonEstimator(context, samples);
  const priorPrecision = 1 / (sigma * sigma);
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
      const learningRate = rateScale * stepContext.learningRate;
      const found = estimator.gradients(state.params, batch, stepContext.key);
      const examples = batch.examples / temper(tempering, batch, stepContext);
      const rate = learningRate / (sigma0 * sigma0);
      const debiased = rate / (1 - power(beta1, ++state.step));
      const constants = {
        beta1,
        beta2: training.beta2,
        examples,
        priorPrecision,
        rate: debiased,
        pull: (rate * priorPrecision) / examples,
      };
      for (const { name } of weights) moveWeight(ops, state, name, found, constants);
      for (const { name } of likelihood.parameters)
        movePoint(ops, state, name, found.grads[name]!, learningRate, beta1);
      return { nll: found.nll, error: found.error };
    },
    complexityCost: (params) =>
      weights.reduce((sum, { name }) => {
        const { mu, variance } = varianceOf(params, name);
        return sum + klOf(ops.read(mu), ops.read(variance), priorPrecision);
      }, 0),
    dispose: () => estimator.dispose(),
  };
}

function moveWeight(
  ops: Ops,
  { params, moments }: TrainingState,
  name: string,
  { grads, noise }: IvonGradients,
  constants: Omit<IvonUpdate, 'momentum' | 'grad' | 'w' | 'product'>,
): void {
  ops.updateIvon(varianceOf(params, name), {
    momentum: moments[`${name}.mu`]!['momentum']!,
    grad: grads[name]!,
    ...noise(name),
    ...constants,
  });
}

/** Moves a parameter of the likelihood along the running mean of its gradients. */
function movePoint(
  ops: Ops,
  { params, moments }: TrainingState,
  name: string,
  grad: Operand,
  learningRate: number,
  beta1: number,
): void {
  ops.updatePoint(params[name]!, {
    grad,
    prior: { kind: 'flat' },
    priorWeight: 0,
    rule: { kind: 'sgd', learningRate: learningRate * (1 - beta1), momentum: beta1 },
    moments: beta1 === 0 ? [] : [moments[name]!['momentum']!],
  });
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
