import {
  fold,
  weightSpecs,
  type KeepMasks,
  type MethodContext,
  type Params,
  type Trainer,
  type TrainingState,
} from '@bbb/core';
import type { Key, OptimizerStep, Prior } from '@bbb/kernels';
import { drawWeights, gaussianOf } from './gaussian-model.js';
import { klWeight, type KlWeighting } from './kl-weighting.js';
import { lazy } from './lazy.js';
import type { Loss } from './loss.js';
import { gradientScale, minibatchCost } from './objective.js';
import { allocWeights, freeAll, weightKey, type Operands } from './operands.js';
import { initialMoments, momentsOf, optimizerStep } from './optimiser.js';

export interface GaussianTraining {
  readonly prior: Prior;
  /** Draws of the weights for each step; each has noise of its own, and their gradients are averaged. */
  readonly samples: number;
  readonly klWeighting: KlWeighting;
}

/**
 * Bayes by Backprop (Blundell et al. 2015, section 3.2): for each draw w = mu + softplus(rho) epsilon, the gradient of
 * F_i = pi_i (log q(w | mu, rho) - log P(w)) - log P(D_i | w) with respect to mu and rho.
 */
export function gaussianTrainer(
  { ops, architecture, optimizer }: MethodContext,
  loss: Loss,
  { prior, samples, klWeighting }: GaussianTraining,
): Trainer {
  const specs = weightSpecs(architecture);
  const alloc = (): Operands => allocWeights(ops, specs);
  const scratch = lazy(() => ({ w: alloc(), grads: alloc() }));
  const averages = lazy(() => ({ mu: alloc(), rho: alloc() }));

  const draw = (params: Params, key: Key): Operands => {
    const { w } = scratch.get();
    drawWeights(ops, specs, w, params, key);
    return w;
  };
  const complexity = (params: Params, w: Operands, key: Key): number =>
    specs.reduce(
      (sum, { name }) =>
        sum + ops.complexityCost(gaussianOf(params, name), w[name]!, weightKey(key, name), prior),
      0,
    );
  const update = (state: TrainingState, name: string, rule: OptimizerStep) => ({
    rule,
    muMoments: momentsOf(optimizer, state.moments, `${name}.mu`),
    rhoMoments: momentsOf(optimizer, state.moments, `${name}.rho`),
  });
  /** The optimiser on the averaged gradients. */
  const applyAverages = (state: TrainingState, rule: OptimizerStep): void => {
    for (const { name } of specs) {
      const { mu, rho } = gaussianOf(state.params, name);
      const { muMoments, rhoMoments } = update(state, name, rule);
      const plain = { prior: { kind: 'flat' }, priorWeight: 0, rule } as const;
      ops.updatePoint(mu, { ...plain, grad: averages.get().mu[name]!, moments: muMoments });
      ops.updatePoint(rho, { ...plain, grad: averages.get().rho[name]!, moments: rhoMoments });
    }
  };
  /** Pruned weights back to mu = 0 and rho = -Infinity, and their moments to zero. */
  const hold = (state: TrainingState, keep: KeepMasks): void => {
    for (const [name, mask] of Object.entries(keep)) {
      const { mu, rho } = gaussianOf(state.params, name);
      ops.fillWhereZero(mu, mask, 0);
      ops.fillWhereZero(rho, mask, -Infinity);
      for (const parameter of [`${name}.mu`, `${name}.rho`]) {
        for (const moment of momentsOf(optimizer, state.moments, parameter))
          ops.fillWhereZero(moment, mask, 0);
      }
    }
  };

  return {
    init: (params) => ({ params, moments: initialMoments(ops, optimizer, params), step: 0 }),
    step(state, batch, { learningRate, key, keep }) {
      const { grads } = scratch.get();
      const scale = gradientScale(batch);
      const rule = optimizerStep(optimizer, learningRate, ++state.step);
      let nll = 0;
      let correct = 0;
      for (let s = 0; s < samples; s++) {
        const noise = sampleKey(key, s);
        const w = draw(state.params, noise);
        const result = loss.gradient(w, batch, noise, scale, grads);
        nll += result.nll / samples;
        correct += result.correct / samples;
        for (const { name } of specs) {
          const posterior = gaussianOf(state.params, name);
          const sample = {
            w: w[name]!,
            key: weightKey(noise, name),
            grad: grads[name]!,
            prior,
            klWeight: scale * klWeight(klWeighting, batch.index, batch.batches),
          };
          if (samples === 1) {
            ops.updateGaussian(posterior, { ...sample, ...update(state, name, rule) });
          } else {
            const { mu, rho } = averages.get();
            ops.gaussianGradients(mu[name]!, rho[name]!, posterior, sample, 1 / samples, s > 0);
          }
        }
      }
      if (samples > 1) applyAverages(state, rule);
      if (keep) hold(state, keep);
      return { nll, correct };
    },
    cost(params, batch, key) {
      const weight = klWeight(klWeighting, batch.index, batch.batches);
      let cost = 0;
      for (let s = 0; s < samples; s++) {
        const noise = sampleKey(key, s);
        const w = draw(params, noise);
        const { nll } = loss.value(w, batch, noise);
        cost += minibatchCost(nll, complexity(params, w, noise), weight) / samples;
      }
      return cost;
    },
    complexityCost: (params, key) => complexity(params, draw(params, key), key),
    dispose() {
      scratch.dispose(({ w, grads }) => [w, grads].forEach((operands) => freeAll(ops, operands)));
      averages.dispose(({ mu, rho }) => [mu, rho].forEach((operands) => freeAll(ops, operands)));
      loss.dispose();
    },
  };
}

/** The key of draw `s` of a step: no two draws share noise. */
function sampleKey(key: Key, s: number): Key {
  return fold(key, 'sample', s);
}
