import { BbbError, type Chain, type ProcedureDefinition, type ProcedureStep, type Target } from '@bbb/core';
import { z } from 'zod';
import { cubic, onTheWay, refuseFinetuning } from './targets.js';

export const gradualOptions = z.strictObject({
  begin: z
    .number()
    .min(0)
    .lt(1)
    .default(0.2)
    .describe('Share of the training that is over before anything is removed.'),
  end: z
    .number()
    .gt(0)
    .max(1)
    .default(0.8)
    .describe('Share of the training that is over when all of it is removed.'),
});
export type GradualOptions = z.output<typeof gradualOptions>;

/**
 * One network that is pruned while it is trained: after every epoch from `begin` to `end`, up to the share of the cubic schedule. Then it is
 * trained to the end. It starts from the state of the trial's own training after `begin` epochs.
 * @param target criterion and shares
 * @param begin number of epochs before the first pruning
 * @param end number of epochs after which the whole share is removed
 * @param epochs number of epochs of the whole training
 */
export function gradualChain(target: Target, begin: number, end: number, epochs: number): Chain {
  const train = (from: number, to: number): ProcedureStep[] =>
    from < to ? [{ do: 'train', from, to, of: epochs }] : [];
  const start: ProcedureStep = { do: 'reset', to: begin === 0 ? 'initial' : { epoch: begin } };
  if (target === 'suggested')
    return [
      start,
      ...train(begin, end),
      { do: 'prune', target },
      ...train(end, epochs),
      { do: 'measure', target },
    ];
  const prunings = Array.from({ length: end - begin }, (_, i): ProcedureStep[] => {
    const over = (i + 1) / (end - begin);
    const now = over === 1 ? target : onTheWay(target, (share) => cubic(share, over));
    return [...train(begin + i, begin + i + 1), { do: 'prune', target: now }];
  });
  return [start, ...prunings.flat(), ...train(end, epochs), { do: 'measure', target }];
}

export const gradual: ProcedureDefinition<GradualOptions> = {
  description:
    'Prunes while the network is trained, by a cubic schedule over epochs; one training for each network.',
  source: 'Zhu & Gupta 2017, arXiv 1710.01878, equation 1',
  options: gradualOptions,
  create: (options) => ({
    plan(context) {
      refuseFinetuning('gradual', context);
      const { epochs } = context.training;
      const begin = Math.floor(options.begin * epochs);
      const end = Math.min(epochs, Math.max(begin + 1, Math.round(options.end * epochs)));
      if (options.end <= options.begin) {
        throw new BbbError(
          'E_PROCEDURE',
          `The procedure "gradual" needs begin < end; got begin=${options.begin}, end=${options.end}.`,
          {
            hint: 'Choose an end above begin, e.g. --procedure-option begin=0.2 --procedure-option end=0.8.',
          },
        );
      }
      return context.targets.map((target) => gradualChain(target, begin, end, epochs));
    },
  }),
};
