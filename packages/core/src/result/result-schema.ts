import { z } from 'zod';
import type { TrialResult } from './result.js';
import { trialSchema } from '../trial/schema.js';
import { safeParse } from '../safe-parse.js';

/*
 * The schema of a stored result.json. Unknown members are allowed: a later version may have written them. Numbers must be finite, which
 * JSON.parse does not guarantee (1e999). It also checks what figures rely on: that histograms have bins, images have all their pixels, and every
 * network has a prediction.
 */

const text = z.string();
const number = z.number();
const count = z.int().min(0);
const fraction = z.number().min(0).max(1);
const atLeastOne = z.int().min(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');
/** Hashes of data files, by file or by part. */
const hashes = z.record(text, text);

/** A list of numbers, checked in one pass: zod's own array would take half of the time for a result. */
function numbers(holds: (value: number) => boolean, expected: string): z.ZodType<number[]> {
  return z.custom<number[]>(
    (value) =>
      Array.isArray(value) && value.every((each: unknown) => typeof each === 'number' && holds(each)),
    `expected a list of ${expected}`,
  );
}
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const isFraction = (value: number): boolean => value >= 0 && value <= 1;

const histogram = z
  .looseObject({
    low: number,
    high: number,
    counts: numbers(isCount, 'counts').refine(({ length }) => length > 0, 'expected at least one bin'),
    below: count,
    above: count,
  })
  .refine(({ low, high }) => low < high, 'expected low below high');

const epoch = z.looseObject({
  epoch: atLeastOne,
  learningRate: number,
  trainNll: number,
  trainError: number.min(0),
  kl: number,
  loss: number,
  validationError: number.min(0).optional(),
  validationNll: number.optional(),
  meanSigma: number.min(0).optional(),
  seconds: number.min(0),
});

/** Metrics by name. `nll` is always present. */
const metrics = z.object({ nll: number }).catchall(number);

/** The metrics of a classifier. A result without a headline is one of a classifier. */
const classifierMetrics = z.looseObject({
  accuracy: fraction,
  nll: number,
  brier: number,
  ece: number,
  adaptiveEce: number,
  predictiveEntropy: number,
  expectedEntropy: number,
  mutualInformation: number,
  variationRatio: number,
  aurc: number,
});

const oodScore = z.looseObject({ auroc: fraction, aupr: fraction, fpr95: fraction });

const calibrated = z.looseObject({
  examples: atLeastOne,
  level: fraction,
  temperature: number.positive().optional(),
  atTemperature: z.looseObject({ nll: number, ece: fraction }).optional(),
  unusual: z.looseObject({ level: fraction, entropy: number.nullable() }).optional(),
  sure: z.array(z.looseObject({ risk: fraction, probability: fraction.nullable() })).optional(),
  sets: z
    .record(
      text,
      z.looseObject({
        threshold: z.union([number.nullable(), z.array(number.nullable())]),
        coverage: fraction,
        size: number.min(0),
        empty: fraction,
        single: fraction,
        byClass: z.array(
          numbers(isCount, 'counts').refine(
            (counts) => counts.length === 2 && counts[1]! <= counts[0]!,
            'expected [examples, covered]',
          ),
        ),
      }),
    )
    .optional(),
  intervals: z
    .record(
      text,
      z.looseObject({ threshold: number.nullable(), coverage: fraction, width: number.min(0).optional() }),
    )
    .optional(),
});

const evaluation = z.looseObject({
  predict: z.enum(['mean', 'samples']),
  samples: count,
  metrics,
  ood: z.record(text, z.record(text, oodScore)).optional(),
  reliability: z
    .array(
      numbers(Number.isFinite, 'numbers').refine(
        ({ length }) => length === 3,
        'expected [count, confidence, accuracy]',
      ),
    )
    .optional(),
  calibration: z.array(z.tuple([fraction, fraction])).optional(),
  riskCoverage: numbers(isFraction, 'fractions')
    .refine(({ length }) => length > 0, 'expected at least one')
    .optional(),
  entropy: z
    .record(text, z.looseObject({ predictiveEntropy: histogram, mutualInformation: histogram }))
    .optional(),
  calibrated: calibrated.optional(),
});

const twoCounts = numbers(isCount, 'counts').refine(({ length }) => length === 2, 'expected two counts');
const milliseconds = z.looseObject({ one: number.min(0), batch: number.min(0) });
const latency = z.looseObject({
  pruner: text,
  share: fraction,
  batch: atLeastOne,
  masked: milliseconds,
  compact: milliseconds,
});

const pruning = z.looseObject({
  pruner: text,
  share: fraction,
  suggested: z.boolean().optional(),
  layerShares: numbers(isFraction, 'fractions').optional(),
  units: z
    .record(
      text,
      numbers(isCount, 'counts').refine(({ length }) => length === 2, 'expected [removed, units]'),
    )
    .optional(),
  warnings: z.array(text).optional(),
  bytes: z.looseObject({ dense: count, sparse: count, gzip: count }).optional(),
  paths: z.looseObject({ active: count, deadUnits: z.record(text, twoCounts) }).optional(),
  compact: z
    .looseObject({
      units: z.record(text, count),
      parameters: atLeastOne,
      flops: count,
      bytes: z.looseObject({ dense: count, gzip: count }),
      metrics,
      difference: number.min(0),
    })
    .optional(),
  zeros: count,
  ranked: atLeastOne,
  layers: z.record(
    text,
    numbers(isCount, 'counts').refine(({ length }) => length === 2, 'expected [zeros, elements]'),
  ),
  evaluations: z.array(evaluation).min(1),
  validation: z.looseObject({ error: number.min(0), nll: number }).optional(),
  finetuned: z.boolean(),
});

const weights = z.looseObject({
  when: z.enum(['initial', 'final']),
  draw: z.enum(['mean', 'sample']),
  summaries: z.array(
    z.looseObject({
      name: text,
      count: atLeastOne,
      mean: number,
      std: number.min(0),
      kurtosis: number,
      nearZero: fraction,
    }),
  ),
  histogram,
});

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, 'expected base64');
const image = z.looseObject({ low: number, high: number, bytes: base64 });

const example = z.looseObject({
  index: count,
  label: count,
  probabilities: numbers(isFraction, 'probabilities').refine(
    ({ length }) => length > 0,
    'expected one for each class',
  ),
  predictiveEntropy: number,
  pixels: base64.optional(),
});

const firstLayer = z.looseObject({
  meanAbsMu: image,
  meanSigma: image.optional(),
  kept: z.array(z.looseObject({ share: fraction, image })),
  units: z.array(z.looseObject({ unit: count, mu: image, sigma: image.optional(), kept: image })),
});

/** A stored {@link MetricSpec}. */
export const metricSpecSchema = z.looseObject({
  metric: text,
  label: text,
  unit: text,
  factor: number.positive(),
  better: z.enum(['higher', 'lower']),
  error: text,
});

const regressionExample = z.looseObject({
  index: count,
  input: number.optional(),
  target: number,
  mean: number,
  epistemic: number.min(0),
  aleatoric: number.min(0),
  quartiles: z.tuple([number, number, number]),
});

/** A complete {@link TrialResult}. */
export const resultSchema = z
  .looseObject({
    format: z.literal('bbb-result/1'),
    id: text,
    trial: trialSchema,
    parameters: atLeastOne,
    baseline: number.min(0).optional(),
    logEvidence: number.optional(),
    examples: z.looseObject({ train: count, validation: count, test: count }),
    epochs: z.array(epoch).min(1),
    bestEpoch: atLeastOne.optional(),
    pruning: z.array(pruning),
    weights: z.array(weights),
    snr: z.looseObject({ histogram }).optional(),
    imageShape: z.tuple([atLeastOne, atLeastOne]).optional(),
    firstLayer: firstLayer.optional(),
    inputShape: z.array(atLeastOne).min(1).optional(),
    target: z.looseObject({ kind: z.enum(['class', 'real']) }).optional(),
    headline: metricSpecSchema.optional(),
    predictions: z.array(regressionExample).optional(),
    examplesByCertainty: z.looseObject({ most: z.array(example), least: z.array(example) }).optional(),
    checkpointSha256: sha256,
    checkpointBytes: atLeastOne.optional(),
    dataset: text.optional(),
    dataSha256: hashes,
    outOfDistributionSha256: hashes.optional(),
    environment: z.looseObject({
      bbb: text,
      node: text,
      platform: text,
      cpu: text,
      seconds: number.min(0),
      latency: z.array(latency).optional(),
    }),
  })
  .check(({ value, issues }) => {
    if (value.outOfDistributionSha256 && !value.trial.data.outOfDistribution) {
      const message = 'expected none: the trial names no such set';
      issues.push({ code: 'custom', input: undefined, path: ['outOfDistributionSha256'], message });
    }
    for (const [path, problem] of metricProblems(value as unknown as TrialResult))
      issues.push({ code: 'custom', input: undefined, path, message: problem });
    if (!value.imageShape) return;
    const [rows, cols] = value.imageShape;
    for (const [path, bytes] of imagesOf(value as unknown as TrialResult)) {
      if (bytesIn(bytes) === rows * cols) continue;
      const message = `expected the ${rows * cols} bytes of an image, as imageShape says`;
      issues.push({ code: 'custom', input: bytes, path, message });
    }
  });

/** The metrics that a result must have and lacks: those of a classifier, or that of its headline. */
function* metricProblems({
  headline: named,
  baseline,
  pruning: networks,
  examplesByCertainty,
}: TrialResult): Generator<[path: (string | number)[], problem: string]> {
  if (!named && !examplesByCertainty) yield [['examplesByCertainty'], 'expected it, of a classifier'];
  if (!named && !safeParse(fraction.optional(), baseline).success)
    yield [['baseline'], 'expected an accuracy, 0 to 1'];
  for (const [n, { evaluations }] of networks.entries()) {
    for (const [e, { metrics: values, reliability }] of evaluations.entries()) {
      const path = ['pruning', n, 'evaluations', e];
      if (named) {
        if (values[named.metric] === undefined)
          yield [[...path, 'metrics', named.metric], 'expected the headline'];
        continue;
      }
      if (!reliability) yield [[...path, 'reliability'], 'expected it, of a classifier'];
      for (const { path: member, message } of safeParse(classifierMetrics, values).error?.issues ?? [])
        yield [[...path, 'metrics', ...(member as string[])], message];
    }
  }
}

/** Every image of a result, in base64, with its place in the result. */
function* imagesOf({
  examplesByCertainty,
  firstLayer,
}: TrialResult): Generator<[path: (string | number)[], base64: string]> {
  for (const end of ['most', 'least'] as const) {
    for (const [i, { pixels }] of (examplesByCertainty?.[end] ?? []).entries())
      if (pixels !== undefined) yield [['examplesByCertainty', end, i, 'pixels'], pixels];
  }
  if (!firstLayer) return;
  const { meanAbsMu, meanSigma, kept, units } = firstLayer;
  yield [['firstLayer', 'meanAbsMu'], meanAbsMu.bytes];
  if (meanSigma) yield [['firstLayer', 'meanSigma'], meanSigma.bytes];
  for (const [i, { image: own }] of kept.entries()) yield [['firstLayer', 'kept', i, 'image'], own.bytes];
  for (const [i, unit] of units.entries()) {
    yield [['firstLayer', 'units', i, 'mu'], unit.mu.bytes];
    if (unit.sigma) yield [['firstLayer', 'units', i, 'sigma'], unit.sigma.bytes];
    yield [['firstLayer', 'units', i, 'kept'], unit.kept.bytes];
  }
}

/** Number of bytes that a base64 text encodes. */
function bytesIn(base64Text: string): number {
  const padding = base64Text.endsWith('==') ? 2 : base64Text.endsWith('=') ? 1 : 0;
  return (base64Text.length / 4) * 3 - padding;
}
