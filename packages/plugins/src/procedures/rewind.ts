import type { Chain, ProcedureDefinition, ProcedureStep, RewindPoint, Target } from '@bbb/core';
import { z } from 'zod';
import { refuseFinetuning } from './targets.js';

export const rewindOptions = z.strictObject({
  rate: z.number().gt(0).lt(1).default(0.2).describe('Share of the weights left that each round removes.'),
  epoch: z.int().min(0).default(0).describe('Epochs of the first training that the weights left go back to.'),
  reinitialise: z
    .boolean()
    .default(false)
    .describe('The control: the weights left start from other random values instead.'),
});
export type RewindOptions = z.output<typeof rewindOptions>;

/** Shares that differ by less than this are equal except for rounding. */
const SAME = 1e-9;

/**
 * The shares after each round, in ascending order, including the given ones: each round removes a part `rate` of the remaining weights, or less if
 * that reaches a share to measure.
 * @param shares fractions of the weights, in ascending order
 * @param rate fraction of what is left that a round removes, in (0, 1)
 */
export function roundShares(shares: readonly number[], rate: number): number[] {
  const rounds: number[] = [];
  let at = 0;
  for (const share of shares) {
    // Removing a part of the remaining weights never removes all of them.
    const last = share < 1 ? share : at;
    for (let next = further(at, rate); next < last - SAME; next = further(at, rate)) {
      at = next;
      rounds.push(at);
    }
    at = share;
    rounds.push(at);
  }
  return rounds;
}

/** The share after one more round. */
const further = (share: number, rate: number): number => 1 - (1 - share) * (1 - rate);

/** A round: prunes the trained weights, resets the remaining ones, and trains them again to the end. */
function round(target: Target, to: RewindPoint, epochs: number): ProcedureStep[] {
  const from = typeof to === 'object' ? to.epoch : 0;
  return [
    { do: 'prune', target },
    { do: 'reset', to },
    ...(from < epochs ? [{ do: 'train', from, to: epochs, of: epochs } as const] : []),
  ];
}

/** Rounds that reach all shares of a target. */
function roundsTo(target: Target, rate: number): Target[] {
  if (target === 'suggested' || 'share' in target) return [target];
  const { layerShares } = target;
  return roundShares([Math.max(...layerShares)], rate).map((reached) => ({
    layerShares: layerShares.map((own) => Math.min(own, reached)),
  }));
}

/**
 * One chain for all shares, because each round continues the one before; and one chain for every other target.
 * @param targets criteria and shares
 * @param epochs epochs of the whole training
 * @param options rate of a round, the epoch to go back to, and whether weights begin anew
 */
export function rewindChains(
  targets: readonly Target[],
  epochs: number,
  { rate, epoch, reinitialise }: RewindOptions,
): Chain[] {
  const to: RewindPoint = reinitialise ? 'fresh' : epoch === 0 ? 'initial' : { epoch };
  const start: ProcedureStep = { do: 'reset', to: 'trained' };
  const shares = targets
    .flatMap((target) => (target !== 'suggested' && 'share' in target ? [target.share] : []))
    .toSorted((a, b) => a - b);
  const others = targets.filter((target) => target === 'suggested' || !('share' in target));
  const through = roundShares(shares, rate).flatMap((share): ProcedureStep[] => [
    ...round({ share }, to, epochs),
    ...(shares.includes(share) ? [{ do: 'measure', target: { share } } as const] : []),
  ]);
  return [
    ...(shares.length > 0 ? [[start, ...through]] : []),
    ...others.map((target): Chain => [
      start,
      ...roundsTo(target, rate).flatMap((one) => round(one, to, epochs)),
      { do: 'measure', target },
    ]),
  ];
}

export const rewind: ProcedureDefinition<RewindOptions> = {
  description:
    'Lottery tickets: prunes a part of what is left, takes the rest back to an early epoch and trains it again, round by round.',
  source:
    'Frankle & Carbin 2019, arXiv 1803.03635; rewinding to an epoch: Frankle et al. 2020, arXiv 1912.05671',
  options: rewindOptions,
  create: (options) => ({
    plan(context) {
      refuseFinetuning('rewind', context);
      return rewindChains(context.targets, context.training.epochs, options);
    },
  }),
};
