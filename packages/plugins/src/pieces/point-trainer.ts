import { weightSpecs, type KeepMasks, type MethodContext, type Trainer, type TrainingState } from '@bbb/core';
import type { Prior } from '@bbb/kernels';
import { lazy } from './lazy.js';
import type { Loss } from './loss.js';
import { gradientScale, minibatchCost } from './objective.js';
import { allocWeights, freeAll } from './operands.js';
import { initialMoments, momentsOf, optimizerStep } from './optimiser.js';

/**
 * Minimises F_i = -log P(D_i | w) - 1/M log P(w): maximum likelihood under a flat prior, maximum a posteriori under
 * another.
 */
export function pointTrainer(
  { ops, architecture, optimizer }: MethodContext,
  loss: Loss,
  prior: Prior,
): Trainer {
  const specs = weightSpecs(architecture);
  const scratch = lazy(() => allocWeights(ops, specs));

  /** Pruned weights and their moments, back to exactly zero. */
  const hold = (state: TrainingState, keep: KeepMasks): void => {
    for (const [name, mask] of Object.entries(keep)) {
      const held = [state.params[name]!, ...momentsOf(optimizer, state.moments, name)];
      for (const tensor of held) ops.fillWhereZero(tensor, mask, 0);
    }
  };
  const penalty: Trainer['complexityCost'] = (params) =>
    specs.reduce((sum, { name }) => sum - ops.logPrior(params[name]!, prior), 0);

  return {
    init: (params) => ({ params, moments: initialMoments(ops, optimizer, params), step: 0 }),
    step(state, batch, { learningRate, key, keep }) {
      const grads = scratch.get();
      const result = loss.gradient(state.params, batch, key, gradientScale(batch), grads);
      const rule = optimizerStep(optimizer, learningRate, ++state.step);
      for (const { name } of specs) {
        ops.updatePoint(state.params[name]!, {
          grad: grads[name]!,
          prior,
          priorWeight: gradientScale(batch) / batch.batches,
          rule,
          moments: momentsOf(optimizer, state.moments, name),
        });
      }
      if (keep) hold(state, keep);
      return result;
    },
    cost: (params, batch, key) =>
      minibatchCost(loss.value(params, batch, key).nll, penalty(params, key), 1 / batch.batches),
    complexityCost: penalty,
    dispose() {
      scratch.dispose((grads) => freeAll(ops, grads));
      loss.dispose();
    },
  };
}
