import type { StepContext } from '@bbb/core';
import { z } from 'zod';

/** Options of every variational method. Without them the cost is the plain one, and the id of a trial is the same as before they existed. */
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
 * Factor of KL[q || p] in a step, in addition to its share of the epoch: `klWeight`, multiplied by (steps done + 1) / (steps of `klWarmUp`
 * epochs) until that is 1 (Sonderby et al. 2016, arXiv 1602.02282). It depends only on the position of the step, so a resumed training goes on
 * with its warm-up. There is no warm-up in fine-tuning, or without epochs.
 *
 * @param index number of the minibatch in its epoch, from 0
 * @param batches number of minibatches in an epoch
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
