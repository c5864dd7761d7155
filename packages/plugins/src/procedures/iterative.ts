import type { Chain, ProcedureDefinition, ProcedureStep, Target } from '@bbb/core';
import { z } from 'zod';
import { afterRound, onTheWay, refuseFinetuning } from './targets.js';

export const iterativeOptions = z.strictObject({
  rounds: z.int().min(1).default(3).describe('How often is pruned, the same part of what is left each time.'),
  epochs: z.int().min(1).default(1).describe('Epochs of training after each round.'),
});
export type IterativeOptions = z.output<typeof iterativeOptions>;

/**
 * One network: in each of `rounds` rounds it is pruned a little more, and then trained for `epochs` epochs.
 * @param target criterion and shares
 * @param options rounds, and epochs of training after each
 */
export function iterativeChain(target: Target, { rounds, epochs }: IterativeOptions): Chain {
  const round = (_: unknown, i: number): ProcedureStep[] => [
    { do: 'prune', target: onTheWay(target, (share) => afterRound(share, i + 1, rounds)) },
    { do: 'train', from: 0, to: epochs, of: epochs, stream: `round ${i + 1}` },
  ];
  return [
    { do: 'reset', to: 'trained' },
    ...Array.from({ length: rounds }, round).flat(),
    { do: 'measure', target },
  ];
}

export const iterative: ProcedureDefinition<IterativeOptions> = {
  description: 'Prunes the trained network in rounds, and trains on after each.',
  source: 'Han et al. 2015, arXiv 1506.02626, section 3',
  options: iterativeOptions,
  create: (options) => ({
    plan(context) {
      refuseFinetuning('iterative', context);
      return context.targets.map((target) => iterativeChain(target, options));
    },
  }),
};
