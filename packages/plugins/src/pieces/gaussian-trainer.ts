import { fold, type MethodContext, type Trainer, type TrainingState } from '@bbb/core';
import type { Key, Operand, OptimizerStep } from '@bbb/kernels';
import type { Estimator } from '../estimators/estimator.js';
import { gaussianOf } from './gaussian-model.js';
import { klWeight, type KlWeighting } from './kl-weighting.js';
import { lazy } from './lazy.js';
import { gradientScale, minibatchCost } from './objective.js';
import { allocWeights, freeAll } from './operands.js';
import { initialMoments, momentsOf, optimizerStep } from './optimiser.js';
import { temper, type Tempering } from './tempering.js';

export interface GaussianTraining {
  readonly estimator: Estimator;
  /** Draws for each step; each has noise of its own, and their gradients are averaged. */
  readonly samples: number;
  readonly klWeighting: KlWeighting;
  /** What the complexity cost counts for. Default: 1 from the first step on. */
  readonly tempering?: Tempering;
}

/**
 * Bayes by Backprop (Blundell et al. 2015, section 3.2): follows the gradient of
 * F_i = pi_i (log q(w | mu, rho) - log P(w)) - log P(D_i | w) with respect to mu and rho, in expectation over q as the estimator
 * takes it.
 */
export function gaussianTrainer(
  { ops, architecture, likelihood, optimizer }: MethodContext,
  { estimator, samples, klWeighting, tempering = {} }: GaussianTraining,
): Trainer {
  const { weights } = architecture;
  const averages = lazy(() => ({ mu: allocWeights(ops, weights), rho: allocWeights(ops, weights) }));
  const ofLikelihood = lazy(() => ({
    one: allocWeights(ops, likelihood.parameters),
    average: allocWeights(ops, likelihood.parameters),
  }));

  /** The optimiser on a gradient that needs nothing added. */
  const apply = (state: TrainingState, name: string, grad: Operand, rule: OptimizerStep): void =>
    ops.updatePoint(state.params[name]!, {
      grad,
      prior: { kind: 'flat' },
      priorWeight: 0,
      rule,
      moments: momentsOf(optimizer, state.moments, name),
    });
  const applyAverages = (state: TrainingState, rule: OptimizerStep): void => {
    const { mu, rho } = averages.get();
    for (const { name } of weights) {
      apply(state, `${name}.mu`, mu[name]!, rule);
      apply(state, `${name}.rho`, rho[name]!, rule);
    }
  };
  const updateOne = (state: TrainingState, name: string, key: Key, kl: number, rule: OptimizerStep): void =>
    estimator.update(name, gaussianOf(state.params, name), key, kl, {
      rule,
      muMoments: momentsOf(optimizer, state.moments, `${name}.mu`),
      rhoMoments: momentsOf(optimizer, state.moments, `${name}.rho`),
    });

  return {
    init: (params) => ({ params, moments: initialMoments(ops, optimizer, params), step: 0 }),
    step(state, batch, context) {
      const { learningRate, key } = context;
      const scale = gradientScale(batch);
      const kl =
        scale * klWeight(klWeighting, batch.index, batch.batches) * temper(tempering, batch, context);
      const rule = optimizerStep(optimizer, learningRate, ++state.step);
      const { one, average } = ofLikelihood.get();
      let nll = 0;
      let error = 0;
      for (let s = 0; s < samples; s++) {
        const noise = sampleKey(key, s);
        const result = estimator.gradient(state.params, batch, noise, scale, one);
        nll += result.nll / samples;
        error += result.error / samples;
        for (const { name } of likelihood.parameters) {
          const sum = s > 0 ? ops.read(average[name]!) : undefined;
          ops.write(
            average[name]!,
            ops.read(one[name]!).map((g, i) => g / samples + (sum?.[i] ?? 0)),
          );
        }
        for (const { name } of weights) {
          if (samples === 1) updateOne(state, name, noise, kl, rule);
          else {
            const { mu, rho } = averages.get();
            const into = { mu: mu[name]!, rho: rho[name]!, scale: 1 / samples, add: s > 0 };
            estimator.accumulate(name, gaussianOf(state.params, name), noise, kl, into);
          }
        }
      }
      if (samples > 1) applyAverages(state, rule);
      for (const { name } of likelihood.parameters) apply(state, name, average[name]!, rule);
      return { nll, error };
    },
    cost(params, batch, key) {
      const kl = klWeight(klWeighting, batch.index, batch.batches) * temper(tempering, batch);
      let cost = 0;
      for (let s = 0; s < samples; s++) {
        const noise = sampleKey(key, s);
        const { nll } = estimator.value(params, batch, noise);
        cost += minibatchCost(nll, estimator.complexity(params, noise), kl) / samples;
      }
      return cost;
    },
    complexityCost: (params, key) => estimator.complexity(params, key),
    dispose() {
      averages.dispose(({ mu, rho }) => [mu, rho].forEach((operands) => freeAll(ops, operands)));
      ofLikelihood.dispose(({ one, average }) =>
        [one, average].forEach((operands) => freeAll(ops, operands)),
      );
      estimator.dispose();
    },
  };
}

/** The key of draw `s` of a step: no two draws share noise. */
function sampleKey(key: Key, s: number): Key {
  return fold(key, 'sample', s);
}
