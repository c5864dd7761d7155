import { dimensionSchema, PRUNE_SCOPES, HYPERPARAMETER_PATH, useSchema } from '@bbb/core';
import { z } from 'zod';
import { trainingPatchSchema } from './training.js';

const prunerSchema = z.strictObject({
  label: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('What tables call it, so that a criterion may stand twice. Default: its name.'),
  ...useSchema.shape,
});

const distinct = (values: readonly unknown[]): boolean =>
  new Set(values.map((value) => JSON.stringify(value))).size === values.length;

/** Lists of values, by the path of the hyper-parameter that they are for: `options.pi`, `training.optimizer.learningRate`. */
const gridSchema = z.record(
  z.string().regex(/^(options|training)\.[^.]/, {
    error: 'paths of a grid start with "options." or "training."',
  }),
  z
    .array(z.unknown())
    .min(1)
    .refine(distinct, { error: 'values must be different' })
    .describe('Values to try.'),
);

/** How networks are pruned, for a whole sweep or for one entry of its methods. */
const prunedBy = {
  pruners: z
    .array(prunerSchema)
    .min(1)
    .refine((pruners) => distinct(pruners.map(({ label, use }) => label ?? use)), {
      error: 'pruners must be different: give the entries a "label"',
    })
    .optional()
    .describe("Criteria. Default: each method's own."),
  scope: z
    .enum(PRUNE_SCOPES)
    .describe('What is ranked together: all weights, those of a tensor, or those into a unit.'),
  include: z
    .array(z.enum(['weight', 'bias']))
    .min(1)
    .refine(distinct, { error: 'name each once' })
    .describe('What is ranked and removed.'),
  exclude: z
    .array(z.string().min(1))
    .min(1)
    .refine(distinct, { error: 'name each once' })
    .optional()
    .describe('Layers that are left alone: input, output, layers.1, layers.1.bias. Default: none.'),
  layerShares: z
    .array(z.array(z.number().min(0).max(1)).min(1))
    .min(1)
    .optional()
    .describe('Networks with a sparsity for each layer, besides those of "shares". Default: none.'),
  finetuneEpochs: z
    .int()
    .min(0)
    .describe('Epochs that every pruned network is trained on for; pruned weights stay zero.'),
  procedure: useSchema
    .optional()
    .describe('When criteria are applied, and what is trained between. Default: once, after training.'),
};

const methodEntrySchema = z.strictObject({
  label: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('What tables call it. Default: the name of the method.'),
  ...useSchema.shape,
  training: trainingPatchSchema
    .optional()
    .describe('Training options of this entry alone; they win over the training options of the sweep.'),
  pruning: z
    .strictObject(prunedBy)
    .partial()
    .optional()
    .describe('How the networks of this entry alone are pruned; wins over the pruning of the sweep.'),
  grid: gridSchema.optional().describe('Every combination becomes a configuration; wins over everything.'),
});

const searchSchema = z
  .strictObject({
    sampler: useSchema
      .optional()
      .describe('How configurations are proposed. Default: the first sampler there is.'),
    trials: z.int().min(1).optional().describe('Configurations in all; each is trained with every seed.'),
    space: z
      .record(
        z.string().regex(HYPERPARAMETER_PATH, {
          error: 'paths of a space start with "options.", "training." or "methods.LABEL."',
        }),
        dimensionSchema,
      )
      .default({})
      .describe('What is chosen, by path. With several methods or networks, these are chosen too.'),
    seed: z.int().min(0).default(0).describe('Of the proposals.'),
    scheduler: useSchema.optional().describe('What stops hopeless trials early. Default: nothing.'),
    objective: z
      .enum(['validationError', 'validationNll'])
      .default('validationError')
      .describe('What is minimised, as the mean over the seeds.'),
  })
  .refine(({ trials, space }) => trials !== undefined || Object.keys(space).length === 0, {
    error: 'a "space" needs the number of "trials" (on the command line: --trials)',
  })
  .refine(({ sampler, trials }) => sampler === undefined || trials !== undefined, {
    error: 'a "sampler" needs a "space" and the number of "trials" (on the command line: --space, --trials)',
  });

/** The whole of a sweep, as plain JSON. */
export const sweepConfigSchema = z.strictObject({
  dataset: useSchema.describe('The data set that networks are trained on.'),
  validation: z
    .int()
    .min(0)
    .default(10_000)
    .describe(
      'Training examples held out for validation; 0: none. On the command line, a tenth of the examples if there are not more than 10000.',
    ),
  calibration: z
    .int()
    .min(0)
    .optional()
    .describe(
      'So many of the validation examples are kept from selection; temperatures and conformal sets are fitted on them. Default: on half of those that no "select": "best" looks at.',
    ),
  divisor: z.number().positive().default(255).describe('Features are divided by this, e.g. pixels.'),
  scaling: z
    .enum(['divide', 'standardise'])
    .optional()
    .describe(
      'How features become inputs: divided by the divisor, or (x - mean) / sd by column. Default: bytes are divided, other numbers standardised.',
    ),
  testFraction: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe(
      "Share of the training part that the seed holds out for testing. Default: the set's own test part.",
    ),
  stratify: z
    .boolean()
    .optional()
    .describe(
      'Whether what the seed holds out has every class by its share. Default: it has, where a test set is held out.',
    ),
  limit: z.int().min(1).optional().describe('Use only so many training examples. Default: all.'),
  outOfDistribution: useSchema
    .optional()
    .describe('A data set whose test examples count as out-of-distribution. Default: none.'),
  hidden: z
    .array(z.array(z.int().min(1)))
    .refine(distinct, { error: 'networks must be different' })
    .default([[400, 400]])
    .describe('Networks, each as the widths of its hidden layers. Default beside networks: none.'),
  networks: z
    .array(useSchema)
    .min(1)
    .refine(distinct, { error: 'networks must be different' })
    .optional()
    .describe('Other networks by name, e.g. cnn, beside those of "hidden".'),
  likelihood: useSchema
    .optional()
    .describe('What turns outputs and targets into a loss. Default: the first that fits the targets.'),
  methods: z
    .array(methodEntrySchema)
    .min(1)
    .transform((entries) => entries.map((entry) => ({ ...entry, label: entry.label ?? entry.use })))
    .refine((entries) => distinct(entries.map(({ label }) => label)), {
      error: 'labels must be different: give the entries a "label"',
    })
    .describe('What is compared: ways to train a network.'),
  training: trainingPatchSchema
    .default({})
    .describe(
      'Training options of all methods; they win over those of a method. What its entry says wins over them.',
    ),
  pruning: z
    .strictObject({
      ...prunedBy,
      scope: prunedBy.scope.default('global'),
      include: prunedBy.include.default(['weight', 'bias']),
      finetuneEpochs: prunedBy.finetuneEpochs.default(0),
      shares: z
        .array(z.number().min(0).max(1))
        .default([0, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99])
        .transform((shares) => [...new Set([0, ...shares])].sort((a, b) => a - b))
        .describe(
          'Sparsities: fractions of the weights to remove. The dense network, 0, is always measured.',
        ),
    })
    .prefault({})
    .describe('How the networks of all methods are pruned.'),
  prediction: z
    .strictObject({
      samples: z.int().min(0).default(10).describe('Draws averaged; 0: only the mean network.'),
    })
    .prefault({})
    .describe('How networks are measured.'),
  numerics: z
    .enum(['strict', 'relaxed'])
    .default('strict')
    .describe('strict: the same bits everywhere; relaxed: fused multiply-add, faster.'),
  search: searchSchema
    .optional()
    .describe('Choose configurations and stop trials by their validation error. Default: no search.'),
  select: z
    .enum(['last', 'best'])
    .default('last')
    .describe('Weights that are measured: those after the last epoch, or of the best validation error.'),
  answer: z
    .strictObject({
      reference: z.string().optional().describe('Label of the method that the others are compared with.'),
      sparsity: z.number().min(0).max(1).optional().describe('One of "pruning.shares".'),
    })
    .optional()
    .describe(
      'The comparison that the report makes first, named before there are results. Default: with the first method, where methods differ most on the validation examples.',
    ),
  seeds: z
    .array(z.int().min(0))
    .min(1)
    .refine(distinct, { error: 'seeds must be different' })
    .default([0])
    .describe('Every configuration is trained once for each.'),
});

/** A sweep with all its defaults filled in. */
export type SweepConfig = z.output<typeof sweepConfigSchema>;
/** A sweep as a user may write it: members that have a default may be left out. */
export type SweepConfigInput = z.input<typeof sweepConfigSchema>;
export type MethodEntry = SweepConfig['methods'][number];
