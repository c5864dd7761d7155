import type { PrunerDefinition, WeightPosterior } from '@bbb/core';
import { z } from 'zod';
import { MOST } from './most.js';

export const obdOptions = z.strictObject({});
export const opdOptions = z.strictObject({
  priorPrecision: z
    .number()
    .nonnegative()
    .max(1e8)
    .optional()
    .describe('Precision 1/sigma^2 of a Gaussian prior. Default: of the one that the weights have, else 1.'),
});
export type OpdOptions = z.output<typeof opdOptions>;

/**
 * How much the summed negative log posterior grows when only this weight is set to 0, by a quadratic approximation at a minimum:
 * w^2 (h + lambda) / 2, in nats.
 * @param mu means of the weights of one tensor; of a point estimate the weights themselves
 * @param curvature h, of the negative log-likelihood summed over the examples
 * @param precision lambda, of the prior
 */
export function obdScore(
  mu: Float32Array,
  curvature: ArrayLike<number>,
  precision: (i: number) => number,
): Float32Array {
  return mu.map((w, i) => Math.min(MOST, 0.5 * w * w * (curvature[i]! + precision(i))));
}

function precisionOf({ prior }: WeightPosterior, i: number): number {
  if (!prior) return 1;
  const sigma = typeof prior.sigma === 'number' ? prior.sigma : prior.sigma[i]!;
  return 1 / (sigma * sigma);
}

export const obd: PrunerDefinition<z.output<typeof obdOptions>> = {
  description:
    'Removes the weights whose loss costs least by the diagonal of the curvature: w^2 h / 2. Looks at the training examples.',
  source: 'LeCun, Denker & Solla 1990, "Optimal Brain Damage"; curvature: generalised Gauss-Newton',
  options: obdOptions,
  needs: ['examples'],
  create: () => ({
    score: (weights, _key, context) => obdScore(weights.mu, context.statistics(weights).ggn(), () => 0),
  }),
};

export const opd: PrunerDefinition<OpdOptions> = {
  description:
    'Removes the weights whose loss costs least by curvature and prior: w^2 (h + prior precision) / 2. Looks at the training examples.',
  source:
    'Optimal Posterior Damage: Dhahri et al. 2024, "Shaving weights with Occam\'s razor", arXiv 2402.15978',
  options: opdOptions,
  needs: ['examples'],
  create: ({ priorPrecision }) => ({
    score: (weights, _key, context) =>
      obdScore(
        weights.mu,
        context.statistics(weights).ggn(),
        (i) => priorPrecision ?? precisionOf(weights, i),
      ),
  }),
};
