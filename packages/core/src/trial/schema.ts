import { z } from 'zod';
import { PRUNE_SCOPES } from '../prune/pruner.js';

const rate = z.number().positive();
const decay = z.number().min(0).lt(1);

/**
 * Adam's epsilon. A squared gradient underflows float32 if the gradient is below 1e-21; then epsilon is all that divides the step. With a
 * smaller epsilon such steps would be larger than the learning rate, or 0 / 0.
 */
export const adamEpsilon = z
  .number()
  .min(1e-18, { error: 'at least 1e-18: float32 can not hold squares of gradients below 1e-21' });

/** Complete training options, as a trial carries them. */
export const trainingSchema = z.strictObject({
  epochs: z.int().min(1),
  batchSize: z.int().min(1),
  optimizer: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('sgd'), learningRate: rate, momentum: decay }),
    z.strictObject({
      kind: z.literal('adam'),
      learningRate: rate,
      beta1: decay,
      beta2: decay,
      epsilon: adamEpsilon,
    }),
  ]),
  schedule: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('constant') }),
    z.strictObject({ kind: z.literal('step'), every: z.int().min(1), factor: z.number().positive() }),
    z.strictObject({ kind: z.literal('cosine') }),
    z.strictObject({ kind: z.literal('linear') }),
  ]),
});

/** More levels than any options have, and few enough for recursive functions. */
const LEVELS = 100;

function isShallow(value: unknown, levels = LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isShallow(member, levels - 1));
}

/** Names something that a plugin contributes. The owner of the options checks them. */
const use = z.strictObject({
  use: z.string().min(1),
  options: z
    .record(z.string(), z.unknown())
    .refine((options) => isShallow(options), { error: `nested more than ${LEVELS} levels deep` }),
});

const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

/** Checks that an object is a {@link Trial}, without unknown members. */
export const trialSchema = z
  .strictObject({
    method: use,
    data: use.extend({
      validation: z.int().min(0),
      calibration: z.int().min(0).optional(),
      testCalibration: z.int().min(1).optional(),
      divisor: z.number().positive(),
      scaling: z.enum(['divide', 'standardise']).optional(),
      testFraction: z.number().gt(0).lt(1).optional(),
      stratify: z.literal(true).optional(),
      limit: z.int().min(1).optional(),
      outOfDistribution: use.optional(),
    }),
    hidden: z.array(z.int().min(1)),
    network: use.optional(),
    likelihood: use.optional(),
    training: trainingSchema,
    pruning: z.strictObject({
      pruners: z
        .array(use.extend({ label: z.string().min(1).max(64).optional() }))
        .refine((pruners) => distinct(pruners.map((pruner) => pruner.label ?? pruner.use)), {
          error: 'name each once',
        }),
      shares: z.array(z.number().min(0).max(1)).refine(distinct, { error: 'name each once' }),
      scope: z.enum(PRUNE_SCOPES),
      include: z
        .array(z.enum(['weight', 'bias']))
        .min(1)
        .refine(distinct, { error: 'name each once' }),
      exclude: z.array(z.string().min(1)).min(1).optional(),
      layerShares: z
        .array(z.array(z.number().min(0).max(1)).min(1))
        .min(1)
        .optional(),
      finetuneEpochs: z.int().min(0),
      procedure: use.optional(),
    }),
    prediction: z.strictObject({ samples: z.int().min(0) }),
    numerics: z.enum(['strict', 'relaxed']),
    select: z.enum(['last', 'best']),
    seed: z.int().min(0),
  })
  .refine(({ select, data }) => select === 'last' || data.validation > (data.calibration ?? 0), {
    path: ['select'],
    error: '"best" needs validation examples to choose by, but data.validation less data.calibration is 0',
  })
  .refine(({ network, hidden }) => !network || hidden.length === 0, {
    path: ['hidden'],
    error: 'give "network" or "hidden", not both',
  });
