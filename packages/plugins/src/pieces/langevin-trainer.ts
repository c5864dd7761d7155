import {
  fold,
  sizeOf,
  type Batch,
  type MethodContext,
  type StepContext,
  type Trainer,
  type TrainingState,
} from '@bbb/core';
import type { Operand } from '@bbb/kernels';
import { cyclicRate, doneShare, sampledShare, withinCycle, type Cycles } from './cycles.js';
import { forgetSamples, keepSample, keptCount } from './kept-samples.js';
import { langevinStep, preconditioner, trackSquares } from './langevin.js';
import { lazy } from './lazy.js';
import type { Loss } from './loss.js';
import { gradientScale, minibatchCost } from './objective.js';
import { allocWeights, freeAll, weightKey, type Operands } from './operands.js';

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
 */
export function langevinTrainer(context: MethodContext, loss: Loss, plan: LangevinTraining): Trainer {
  const { ops, architecture, likelihood } = context;
  const { weights } = architecture;
  const scratch = lazy(() => {
    const ones = allocWeights(ops, weights);
    for (const { name, shape } of weights) ops.write(ones[name]!, new Float32Array(sizeOf(shape)).fill(1));
    return {
      grads: allocWeights(ops, [...weights, ...likelihood.parameters]),
      noise: allocWeights(ops, weights),
      ones,
    };
  });
  const prior = { kind: 'gaussian', sigma: plan.sigma } as const;
  const negativeLogPrior: Trainer['complexityCost'] = (params) =>
    weights.reduce((sum, { name }) => sum - ops.logPrior(params[name]!, prior), 0);
  const { preconditioning } = plan;

  /** G of one weight tensor, updated first if it still changes. */
  const scalesOf = (
    { moments, step }: TrainingState,
    name: string,
    grad: Operand,
    phase: Phase,
    { examples }: Batch,
  ): ArrayLike<number> | undefined => {
    if (!preconditioning) return undefined;
    const { decay, damping } = preconditioning;
    const squares = moments[name]!['squares']!;
    if (sampledBefore(phase) === 0 || step === 1) trackSquares(ops, squares, grad, decay, step === 1);
    // With less damping, the prior alone would move a weight without a gradient beyond 0.
    const least = phase.learningRate / (plan.sigma * plan.sigma * examples);
    return preconditioner(ops, squares, Math.max(damping, least));
  };

  const moveWeights = (
    state: TrainingState,
    grads: Operands,
    phase: Phase,
    batch: Batch,
    { key }: StepContext,
  ): void => {
    const { noise, ones } = scratch.get();
    for (const { name } of weights) {
      const [z, grad] = [noise[name]!, grads[name]!];
      ops.standardNormal(z, weightKey(fold(key, 'langevin'), name));
      const { sigma } = plan;
      const step = { ...phase, grad, noise: z, ones: ones[name]!, sigma, examples: batch.examples };
      langevinStep(ops, state.params[name]!, step, scalesOf(state, name, grad, phase, batch));
    }
  };

  return {
    init: (params) => ({
      params,
      moments: Object.fromEntries([
        ...weights.map(({ name, shape }) => [name, preconditioning ? { squares: ops.alloc(shape) } : {}]),
        ...likelihood.parameters.map(({ name }) => [name, {}]),
      ]),
      step: 0,
    }),
    step(state, batch, step) {
      const { grads } = scratch.get();
      const phase = phaseOf(plan, batch, step);
      const result = loss.gradient(state.params, batch, step.key, gradientScale(batch), grads);
      state.step++;
      moveWeights(state, grads, phase, batch, step);
      for (const { name } of likelihood.parameters) {
        ops.updatePoint(state.params[name]!, {
          grad: grads[name]!,
          prior: { kind: 'flat' },
          priorWeight: 0,
          rule: { kind: 'sgd', learningRate: phase.learningRate, momentum: 0 },
          moments: [],
        });
      }
      keep(state, phase);
      return result;
    },
    // Without noise, the gradient of the cost is all that moves the weights.
    ...(plan.temperature === 0
      ? {
          cost: (params, batch, key) =>
            minibatchCost(
              loss.value(params, batch, key).nll,
              negativeLogPrior(params, key),
              1 / batch.batches,
            ),
        }
      : {}),
    complexityCost: negativeLogPrior,
    dispose() {
      scratch.dispose(({ grads, noise, ones }) => [grads, noise, ones].forEach((all) => freeAll(ops, all)));
      loss.dispose();
    },
  };

  /** Keeps at most one sample. A new training forgets the samples of an earlier one. */
  function keep({ params }: TrainingState, { kept }: Phase): void {
    if (!kept) return;
    const count = kept.before === 0 ? 0 : keptCount(ops, params);
    if (kept.after > kept.before && count < plan.samples) keepSample(ops, params, weights, count);
    else if (kept.before === 0) forgetSamples(ops, params);
  }
}

function sampledBefore({ kept }: Phase): number {
  return kept?.before ?? 0;
}
