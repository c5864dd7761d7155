import {
  fold,
  type Batch,
  type MethodContext,
  type Params,
  type StepContext,
  type Trainer,
  type TrainingState,
  type WeightSpec,
} from '@bbb/core';
import type { Key, Operand, Ops } from '@bbb/kernels';
import { cyclicRate, doneShare, sampledShare, withinCycle, type Cycles } from './cycles.js';
import { forgetSamples, keepSample, keptCount } from './kept-samples.js';
import { langevinStep, preconditioner, trackSquares } from './langevin.js';
import { lazy } from './lazy.js';
import type { Loss } from './loss.js';
import { gradientScale, minibatchCost } from './objective.js';
import { allocWeights, filled, freeAll, weightKey, type Operands } from './operands.js';

export interface LangevinTraining extends Cycles {
  readonly samples: number;
  /** Of the prior N(0, sigma^2). */
  readonly sigma: number;
  readonly temperature: number;
  /** Absent: every weight moves at the same rate. */
  readonly preconditioning?: { readonly decay: number; readonly damping: number };
}

/** Noise, learning rate and samples of a step. */
interface Phase {
  readonly learningRate: number;
  readonly temperature: number;
  /** Number of samples that should have been kept before this step, and after it. Absent: none is kept. */
  readonly kept?: { readonly before: number; readonly after: number };
}

/**
 * With several cycles, each one explores without noise first, and then samples with noise. A single cycle has noise all the time, and keeps
 * samples after the burn-in. If the length of the training is not known, nothing is kept.
 */
function phaseOf(plan: LangevinTraining, batch: Batch, context: StepContext): Phase {
  const { cycles, burnIn, samples, temperature } = plan;
  const done = doneShare({ ...batch, ...context });
  if (!done) return { learningRate: context.learningRate, temperature };
  const kept = (share: number): number => Math.floor(sampledShare(plan, share) * samples + 1e-9);
  const exploring = cycles > 1 && withinCycle(plan, done.before) < burnIn;
  return {
    learningRate: cycles > 1 ? cyclicRate(plan, context.learningRate, done.before) : context.learningRate,
    temperature: exploring ? 0 : temperature,
    kept: { before: kept(done.before), after: kept(done.after) },
  };
}

/**
 * Samples the posterior by {@link langevinStep} on minibatches, and keeps evenly spaced samples. The parameters of the likelihood have no prior
 * and no noise: they follow the gradient. The preconditioner changes until the first sample is due, and is constant from then on. So it needs
 * no correction term for its dependence on the weights (the term that Li et al. 2016 leave out).
 *
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param loss of a minibatch, with the gradients of the weights
 * @param plan cycles and burn-in, how many samples are kept, temperature (1 samples the posterior, 0 only descends), and the preconditioner,
 *   if any
 */
export function langevinTrainer(context: MethodContext, loss: Loss, plan: LangevinTraining): Trainer {
  const { ops, architecture, likelihood } = context;
  const { weights } = architecture;
  const scratch = lazy((): StepMemory => ({
    grads: allocWeights(ops, [...weights, ...likelihood.parameters]),
    noise: allocWeights(ops, weights),
    ones: Object.fromEntries(weights.map(({ name, shape }) => [name, filled(ops, shape, 1)])),
  }));
  const prior = { kind: 'gaussian', sigma: plan.sigma } as const;
  const negativeLogPrior: Trainer['complexityCost'] = (params) =>
    weights.reduce((sum, { name }) => sum - ops.logPrior(params[name]!, prior), 0);
  /** Without noise, the gradient of the cost is all that moves the weights. */
  const cost: Trainer['cost'] = (params, batch, key) =>
    minibatchCost(loss.value(params, batch, key).nll, negativeLogPrior(params, key), 1 / batch.batches);

  return {
    init: (params) => ({
      params,
      moments: Object.fromEntries([
        ...weights.map(({ name, shape }) => [
          name,
          plan.preconditioning ? { squares: ops.alloc(shape) } : {},
        ]),
        ...likelihood.parameters.map(({ name }) => [name, {}]),
      ]),
      step: 0,
    }),
    step(state, batch, step) {
      const phase = phaseOf(plan, batch, step);
      const { grads } = scratch.get();
      const result = loss.gradient(state.params, batch, step.key, gradientScale(batch), grads);
      state.step++;
      for (const { name } of weights)
        moveWeight(ops, state, name, plan, phase, { ...scratch.get(), batch, key: step.key });
      for (const { name } of likelihood.parameters)
        followGradient(ops, state.params[name]!, grads[name]!, phase.learningRate);
      keep(ops, weights, state.params, plan, phase);
      return result;
    },
    ...(plan.temperature === 0 ? { cost } : {}),
    complexityCost: negativeLogPrior,
    dispose() {
      scratch.dispose(({ grads, noise, ones }) => [grads, noise, ones].forEach((all) => freeAll(ops, all)));
      loss.dispose();
    },
  };
}

/** Operands by weight: what a step computes with. */
interface StepMemory {
  readonly grads: Operands;
  readonly noise: Operands;
  readonly ones: Operands;
}

/** A Langevin step of one weight tensor. */
function moveWeight(
  ops: Ops,
  state: TrainingState,
  name: string,
  plan: LangevinTraining,
  phase: Phase,
  { grads, noise, ones, batch, key }: StepMemory & { readonly batch: Batch; readonly key: Key },
): void {
  const [z, grad] = [noise[name]!, grads[name]!];
  ops.standardNormal(z, weightKey(fold(key, 'langevin'), name));
  const { sigma } = plan;
  const step = { ...phase, grad, noise: z, ones: ones[name]!, sigma, examples: batch.examples };
  langevinStep(ops, state.params[name]!, step, scalesOf(ops, state, name, grad, plan, phase, batch));
}

/** The preconditioner G of one weight tensor, which is updated first if it still changes. */
function scalesOf(
  ops: Ops,
  { moments, step }: TrainingState,
  name: string,
  grad: Operand,
  { preconditioning, sigma }: LangevinTraining,
  { learningRate, kept }: Phase,
  { examples }: Batch,
): ArrayLike<number> | undefined {
  if (!preconditioning) return undefined;
  const { decay, damping } = preconditioning;
  const squares = moments[name]!['squares']!;
  const sampled = kept?.before ?? 0;
  if (sampled === 0 || step === 1) trackSquares(ops, squares, grad, decay, step === 1);
  // With less damping, the prior alone would move a weight without a gradient beyond 0.
  const least = learningRate / (sigma * sigma * examples);
  return preconditioner(ops, squares, Math.max(damping, least));
}

/** Moves a parameter of the likelihood. */
function followGradient(ops: Ops, parameter: Operand, grad: Operand, learningRate: number): void {
  ops.updatePoint(parameter, {
    grad,
    prior: { kind: 'flat' },
    priorWeight: 0,
    rule: { kind: 'sgd', learningRate, momentum: 0 },
    moments: [],
  });
}

/** Keeps at most one sample. A new training forgets the samples of an earlier one. */
function keep(
  ops: Ops,
  weights: readonly WeightSpec[],
  params: Params,
  { samples }: LangevinTraining,
  { kept }: Phase,
): void {
  if (!kept) return;
  const count = kept.before === 0 ? 0 : keptCount(ops, params);
  if (kept.after > kept.before && count < samples) keepSample(ops, params, weights, count);
  else if (kept.before === 0) forgetSamples(ops, params);
}
