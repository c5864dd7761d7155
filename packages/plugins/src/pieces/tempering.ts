import type { StepContext } from '@bbb/core';
import { z } from 'zod';

/** Options of every variational method. Absent, the cost is the plain one, and a trial's id is what it was without them. */
export const temperingOptions = {
  klWeight: z
    .number()
    .min(1e-9, { error: 'at least 1e-9: with less, the posterior is a point to float32' })
    .max(1e9)
    .optional()
    .describe(
      'What KL[q || p] counts for beside the likelihood. Below 1 the posterior is narrower than that of Bayes (cold), above 1 wider. Default: 1.',
    ),
  klWarmUp: z
    .number()
    .positive()
    .optional()
    .describe(
      'Epochs over which the weight of KL[q || p] grows from 0, a little with every step. Default: none.',
    ),
};

export interface Tempering {
  readonly klWeight?: number | undefined;
  readonly klWarmUp?: number | undefined;
}

/**
 * What KL[q || p] counts for in a step, beside its share of the epoch: `klWeight`, times (steps done + 1) / (steps of `klWarmUp`
 * epochs) until that is 1 (Sonderby et al. 2016, arXiv 1602.02282). A function of the step's place alone, so a training that is resumed
 * warms up where it stopped; what is fine-tuned, or trained outside of epochs, is warm.
 *
 * @param index of the minibatch in its epoch, from 0
 * @param batches in an epoch
 */
export function temper(
  { klWeight = 1, klWarmUp = 0 }: Tempering,
  { index, batches }: { readonly index: number; readonly batches: number },
  { epoch, fineTuning = false }: Pick<StepContext, 'epoch' | 'fineTuning'> = {},
): number {
  if (epoch === undefined || fineTuning) return klWeight;
  const steps = epoch * batches + index + 1;
  return steps < klWarmUp * batches ? (klWeight * steps) / (klWarmUp * batches) : klWeight;
}
