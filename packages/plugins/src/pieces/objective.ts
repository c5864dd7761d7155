import type { Batch } from '@bbb/core';

/**
 * The cost of minibatch i in nats (Blundell et al. 2015, equation 9, with w drawn from q or fixed):
 *
 * F_i = pi_i (log q(w | theta) - log P(w)) - log P(D_i | w)
 *
 * Over an epoch at frozen theta and w the F_i sum to the cost of the full data, because the pi_i sum to 1. Under a
 * point posterior log q drops out and F_i is the negative log posterior (MAP); under a flat prior it is the negative
 * log-likelihood.
 *
 * @param nll -log P(D_i | w), summed over the batch
 * @param complexity log q(w | theta) - log P(w), summed over the weights
 * @param klWeight pi_i
 */
export function minibatchCost(nll: number, complexity: number, klWeight: number): number {
  return nll + klWeight * complexity;
}

/**
 * The factor of F_i in the gradient that the optimiser gets: M/N, which makes it a cost per example. With equal batches this is the mean
 * negative log-likelihood plus KL/N, so a learning rate has the same meaning for every batch size.
 *
 * @param batch the number of minibatches M in an epoch, and of training examples N
 */
export function gradientScale({ batches, examples }: Pick<Batch, 'batches' | 'examples'>): number {
  return batches / examples;
}
