import type { Batch, BatchLoss, MethodContext, Params, ParamSpec, Trainer } from '@bbb/core';
import type { Key } from '@bbb/kernels';
import { klWeight, type KlWeighting } from './kl-weighting.js';
import { lazy } from './lazy.js';
import { gradientScale, minibatchCost } from './objective.js';
import { allocWeights, freeAll, type Operands } from './operands.js';
import { initialMoments, momentsOf, optimizerStep } from './optimiser.js';
import { temper, type Tempering } from './tempering.js';

/**
 * The expected cost of an approximate posterior with any parameters, and its gradient by parameter. All noise is a function of the key. Costs are
 * in nats.
 */
export interface VariationalObjective {
  /** Parameters that the optimiser moves, in addition to those of the likelihood. */
  readonly parameters: readonly Pick<ParamSpec, 'name' | 'shape'>[];
  /** The negative log-likelihood of the batch, with the noise of the key. */
  value(params: Params, batch: Batch, key: Key): BatchLoss;
  /** KL[q || p], in closed form. */
  complexity(params: Params): number;
  /** Returns {@link value}, and writes `scale` times its gradients plus `klWeight` times those of {@link complexity} into `grads`, by parameter name. */
  gradient(
    params: Params,
    batch: Batch,
    key: Key,
    scale: number,
    klWeight: number,
    grads: Operands,
  ): BatchLoss;
  dispose(): void;
}

/**
 * Follows the gradient of F_i = pi_i KL[q || p] - E_q log P(D_i | w) (nats), with the optimiser of the trial.
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param objective loss and KL of the posterior, with their gradients
 * @param options `klWeighting`: the weights pi_i of the minibatches; `tempering`: the factor of the KL during training. Default: 1 throughout
 */
export function variationalTrainer(
  { ops, likelihood, optimizer }: MethodContext,
  objective: VariationalObjective,
  { klWeighting, tempering = {} }: { readonly klWeighting: KlWeighting; readonly tempering?: Tempering },
): Trainer {
  const all = [...objective.parameters, ...likelihood.parameters];
  const scratch = lazy(() => allocWeights(ops, all));
  return {
    init: (params) => ({ params, moments: initialMoments(ops, optimizer, params), step: 0 }),
    step(state, batch, context) {
      const grads = scratch.get();
      const scale = gradientScale(batch);
      const kl =
        scale * klWeight(klWeighting, batch.index, batch.batches) * temper(tempering, batch, context);
      const result = objective.gradient(state.params, batch, context.key, scale, kl, grads);
      const rule = optimizerStep(optimizer, context.learningRate, ++state.step);
      for (const { name } of all) {
        ops.updatePoint(state.params[name]!, {
          grad: grads[name]!,
          prior: { kind: 'flat' },
          priorWeight: 0,
          rule,
          moments: momentsOf(optimizer, state.moments, name),
        });
      }
      return result;
    },
    cost(params, batch, key) {
      const kl = klWeight(klWeighting, batch.index, batch.batches) * temper(tempering, batch);
      return minibatchCost(objective.value(params, batch, key).nll, objective.complexity(params), kl);
    },
    complexityCost: (params) => objective.complexity(params),
    dispose() {
      scratch.dispose((grads) => freeAll(ops, grads));
      objective.dispose();
    },
  };
}
