import {
  fold,
  type Batch,
  type BatchLoss,
  type MethodContext,
  type Params,
  type StepContext,
  type Trainer,
  type TrainingState,
} from '@bbb/core';
import type { Key, Operand, OptimizerStep } from '@bbb/kernels';
import type { Estimator } from '../estimators/estimator.js';
import { gaussianOf } from './gaussian-model.js';
import { klWeight, type KlWeighting } from './kl-weighting.js';
import { lazy, type Lazy } from './lazy.js';
import { gradientScale, minibatchCost } from './objective.js';
import { allocWeights, freeAll, type Operands } from './operands.js';
import { initialMoments, momentsOf, optimizerStep } from './optimiser.js';
import { temper, type Tempering } from './tempering.js';

export interface GaussianTraining {
  readonly estimator: Estimator;
  /** Number of draws in each step. Each has its own noise, and their gradients are averaged. */
  readonly samples: number;
  readonly klWeighting: KlWeighting;
  /** Factor of the complexity cost. Default: 1 from the first step on. */
  readonly tempering?: Tempering;
}

/**
 * Bayes by Backprop (Blundell et al. 2015, section 3.2): follows the gradient of
 * F_i = pi_i (log q(w | mu, rho) - log P(w)) - log P(D_i | w) with respect to mu and rho. The estimator says how the expectation over q is
 * estimated.
 *
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param training estimator, draws for a step, and how the KL is shared among minibatches and grows
 */
export function gaussianTrainer(context: MethodContext, training: GaussianTraining): Trainer {
  const { ops, architecture, likelihood, optimizer } = context;
  const { estimator } = training;
  const { weights } = architecture;
  const parts: Parts = {
    ...context,
    ...training,
    averages: lazy(() => ({ mu: allocWeights(ops, weights), rho: allocWeights(ops, weights) })),
    ofLikelihood: lazy(() => ({
      one: allocWeights(ops, likelihood.parameters),
      average: allocWeights(ops, likelihood.parameters),
    })),
  };
  return {
    init: (params) => ({ params, moments: initialMoments(ops, optimizer, params), step: 0 }),
    step: (state, batch, at) => step(parts, state, batch, at),
    cost: (params, batch, key) => cost(parts, params, batch, key),
    complexityCost: (params, key) => estimator.complexity(params, key),
    dispose() {
      parts.averages.dispose(({ mu, rho }) => [mu, rho].forEach((operands) => freeAll(ops, operands)));
      parts.ofLikelihood.dispose(({ one, average }) =>
        [one, average].forEach((operands) => freeAll(ops, operands)),
      );
      estimator.dispose();
    },
  };
}

/** What a trainer is made from, and its scratch memory. */
interface Parts extends MethodContext, GaussianTraining {
  /** Gradients of the weights, averaged over several draws. */
  readonly averages: Lazy<{ readonly mu: Operands; readonly rho: Operands }>;
  /** Gradients of the likelihood's parameters: of one draw, and averaged over all. */
  readonly ofLikelihood: Lazy<{ readonly one: Operands; readonly average: Operands }>;
}

function step(parts: Parts, state: TrainingState, batch: Batch, context: StepContext): BatchLoss {
  const { estimator, likelihood, optimizer, samples } = parts;
  const scale = gradientScale(batch);
  const kl = klOf(parts, batch, scale, context);
  const rule = optimizerStep(optimizer, context.learningRate, ++state.step);
  const { one, average } = parts.ofLikelihood.get();
  let nll = 0;
  let error = 0;
  for (let s = 0; s < samples; s++) {
    const noise = sampleKey(context.key, s);
    const result = estimator.gradient(state.params, batch, noise, scale, one);
    nll += result.nll / samples;
    error += result.error / samples;
    addLikelihoodGradients(parts, s);
    if (samples === 1) updateWeights(parts, state, noise, kl, rule);
    else accumulateWeights(parts, state, noise, kl, s > 0);
  }
  if (samples > 1) applyAverages(parts, state, rule);
  for (const { name } of likelihood.parameters) apply(parts, state, name, average[name]!, rule);
  return { nll, error };
}

/** Factor of the complexity cost in this minibatch, times `scale`. */
function klOf(
  { klWeighting, tempering = {} }: Parts,
  batch: Batch,
  scale: number,
  context?: Pick<StepContext, 'epoch' | 'fineTuning'>,
): number {
  return scale * klWeight(klWeighting, batch.index, batch.batches) * temper(tempering, batch, context);
}

/** average = the mean over the draws up to number `s`, of which `one` has the last. */
function addLikelihoodGradients({ ops, likelihood, samples, ofLikelihood }: Parts, s: number): void {
  const { one, average } = ofLikelihood.get();
  for (const { name } of likelihood.parameters) {
    const sum = s > 0 ? ops.read(average[name]!) : undefined;
    ops.write(
      average[name]!,
      ops.read(one[name]!).map((g, i) => g / samples + (sum?.[i] ?? 0)),
    );
  }
}

/** With one draw, gradient and update of a weight are one pass over memory. */
function updateWeights(
  parts: Parts,
  state: TrainingState,
  noise: Key,
  kl: number,
  rule: OptimizerStep,
): void {
  const { architecture, estimator, optimizer } = parts;
  for (const { name } of architecture.weights) {
    estimator.update(name, gaussianOf(state.params, name), noise, kl, {
      rule,
      muMoments: momentsOf(optimizer, state.moments, `${name}.mu`),
      rhoMoments: momentsOf(optimizer, state.moments, `${name}.rho`),
    });
  }
}

function accumulateWeights(parts: Parts, state: TrainingState, noise: Key, kl: number, add: boolean): void {
  const { architecture, averages, estimator, samples } = parts;
  const { mu, rho } = averages.get();
  for (const { name } of architecture.weights) {
    const into = { mu: mu[name]!, rho: rho[name]!, scale: 1 / samples, add };
    estimator.accumulate(name, gaussianOf(state.params, name), noise, kl, into);
  }
}

function applyAverages(parts: Parts, state: TrainingState, rule: OptimizerStep): void {
  const { mu, rho } = parts.averages.get();
  for (const { name } of parts.architecture.weights) {
    apply(parts, state, `${name}.mu`, mu[name]!, rule);
    apply(parts, state, `${name}.rho`, rho[name]!, rule);
  }
}

/** One step of the optimiser with a complete gradient: the prior is already in it. */
function apply(
  { ops, optimizer }: Parts,
  state: TrainingState,
  name: string,
  grad: Operand,
  rule: OptimizerStep,
): void {
  ops.updatePoint(state.params[name]!, {
    grad,
    prior: { kind: 'flat' },
    priorWeight: 0,
    rule,
    moments: momentsOf(optimizer, state.moments, name),
  });
}

function cost(parts: Parts, params: Params, batch: Batch, key: Key): number {
  const { estimator, samples } = parts;
  const kl = klOf(parts, batch, 1);
  let sum = 0;
  for (let s = 0; s < samples; s++) {
    const noise = sampleKey(key, s);
    const { nll } = estimator.value(params, batch, noise);
    sum += minibatchCost(nll, estimator.complexity(params, noise), kl) / samples;
  }
  return sum;
}

/** The key of draw `s` of a step: no two draws share noise. */
function sampleKey(key: Key, s: number): Key {
  return fold(key, 'sample', s);
}
