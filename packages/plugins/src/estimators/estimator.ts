import type { Batch, BatchLoss, Params } from '@bbb/core';
import type { Gaussian, Key, Operand, OptimizerStep } from '@bbb/kernels';
import type { Operands } from '../pieces/operands.js';

/** What the optimiser needs of one weight tensor: its rule for this step, and its state of mu and of rho. */
export interface WeightUpdate {
  readonly rule: OptimizerStep;
  readonly muMoments: readonly Operand[];
  readonly rhoMoments: readonly Operand[];
}

/**
 * How the gradient of the expected negative log-likelihood under a Gaussian posterior is estimated, and the complexity cost with
 * it. All noise is a function of the key: the same key, the same estimate. Costs are nats, summed over the batch or the weights; parameters
 * are those of `gaussianModel`, by name.
 */
export interface Estimator {
  /** The negative log-likelihood of the batch at the noise of the key. */
  value(params: Params, batch: Batch, key: Key): BatchLoss;
  /** The complexity cost, nats, as this estimator pays it: at the noise of the key, or exact. */
  complexity(params: Params, key: Key): number;
  /**
   * {@link value}, and `scale` times its gradients: those of the likelihood's own parameters into `likelihood`, those of the
   * weights are kept for `update` or `accumulate`.
   */
  gradient(params: Params, batch: Batch, key: Key, scale: number, likelihood: Operands): BatchLoss;
  /** After `gradient` at the same key: adds `klWeight` times the gradient of the complexity cost and moves mu and rho of one weight. */
  update(name: string, posterior: Gaussian, key: Key, klWeight: number, update: WeightUpdate): void;
  /** The same sum, times `scale`, into `gMu` and `gRho`, or added to them. */
  accumulate(
    name: string,
    posterior: Gaussian,
    key: Key,
    klWeight: number,
    into: { readonly mu: Operand; readonly rho: Operand; readonly scale: number; readonly add: boolean },
  ): void;
  dispose(): void;
}
