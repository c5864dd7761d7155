import type { Batch, BatchLoss, Params } from '@bbb/core';
import type { Gaussian, Key, Operand, OptimizerStep } from '@bbb/kernels';
import type { Operands } from '../pieces/operands.js';

/** What the optimiser needs for one weight tensor: its rule for this step, and its state for mu and for rho. */
export interface WeightUpdate {
  readonly rule: OptimizerStep;
  readonly muMoments: readonly Operand[];
  readonly rhoMoments: readonly Operand[];
}

/**
 * Estimates the gradient of the expected negative log-likelihood under a Gaussian posterior, and the complexity cost. All noise is a function of
 * the key: the same key gives the same estimate. Costs are in nats, summed over the batch or the weights. Parameters are those of
 * `gaussianModel`, by name.
 */
export interface Estimator {
  /** The negative log-likelihood of the batch, with the noise of the key. */
  value(params: Params, batch: Batch, key: Key): BatchLoss;
  /** The complexity cost in nats, as this estimator computes it: exact, or with the noise of the key. */
  complexity(params: Params, key: Key): number;
  /**
   * Returns {@link value}, and computes `scale` times its gradients: it writes those of the likelihood's parameters into `likelihood`, and keeps
   * those of the weights for `update` or `accumulate`.
   */
  gradient(params: Params, batch: Batch, key: Key, scale: number, likelihood: Operands): BatchLoss;
  /** Call it after `gradient`, with the same key: adds `klWeight` times the gradient of the complexity cost, and moves mu and rho of one weight. */
  update(name: string, posterior: Gaussian, key: Key, klWeight: number, update: WeightUpdate): void;
  /** Writes the same sum of gradients, times `scale`, into `into.mu` and `into.rho`, or adds it to them. */
  accumulate(
    name: string,
    posterior: Gaussian,
    key: Key,
    klWeight: number,
    into: { readonly mu: Operand; readonly rho: Operand; readonly scale: number; readonly add: boolean },
  ): void;
  dispose(): void;
}
