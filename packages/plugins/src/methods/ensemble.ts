import type { Method } from '@bbb/core';
import { z } from 'zod';
import { innerMethod, methodOption } from '../pieces/inner-method.js';
import { memberModel } from '../pieces/members.js';
import { memberTrainer } from '../pieces/member-trainer.js';

/** Lakshminarayanan et al. find most of the gain with 5 members. */
const MEMBERS = 5;

export const ensembleOptions = z.strictObject({
  members: z
    .int()
    .min(1)
    .max(1000)
    .default(MEMBERS)
    .describe(
      'Networks, each with a start and noise of its own; training and predicting take as many times as long.',
    ),
  of: methodOption('Which method every member is trained by'),
});
export type EnsembleOptions = z.output<typeof ensembleOptions>;

export const ensemble: Method<EnsembleOptions> = {
  description:
    'Several networks that differ in where they start, their probabilities averaged: what they disagree about is uncertain.',
  source: 'Lakshminarayanan et al. 2017, arXiv 1612.01474',
  options: ensembleOptions,
  wraps: 'of',
  create({ members, of }, context) {
    const one = innerMethod(context, of);
    return { model: memberModel(one.model, members), trainer: memberTrainer(one, members) };
  },
};
