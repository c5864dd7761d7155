import {
  contentId,
  trialId,
  type ByteImage,
  type Evaluation,
  type ExampleReport,
  type FirstLayerReport,
  type Histogram,
  type PlannedTrial,
  type SetReport,
  type SweepData,
  type Trial,
  type TrialResult,
} from '@bbb/core';
import { adam, prunersOf, trialOf } from '../trial.js';

/**
 * Made-up results in the shape of real ones, for tests of layout and arithmetic. Nothing here was measured, and nothing
 * made from it is ever shown as a result.
 */
export interface FixtureOptions {
  readonly labels?: readonly string[];
  readonly seeds?: readonly number[];
  readonly hidden?: readonly (readonly number[])[];
  readonly dataset?: string;
  readonly shares?: readonly number[];
  readonly validation?: number;
  readonly epochs?: number;
  /** Accuracy of a network. Default: it falls smoothly with the share, and depends on label and seed. */
  readonly accuracy?: (label: string, share: number, seed: number, hidden: readonly number[]) => number;
  /** The same on the validation images; default: as on the test images. */
  readonly validationAccuracy?: (label: string, share: number, seed: number) => number;
  /** Seconds of an epoch. */
  readonly seconds?: (label: string, seed: number) => number;
  /** Variants of one label, e.g. learning rates of a grid. */
  readonly learningRates?: readonly number[];
}

const LABELS = ['sgd', 'dropout-0.5', 'dropout-0.75', 'dropout-0.9', 'bbb-mixture'];
const SHARES = [0, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];
const CLASSES = 10;

export function fixtureSweep(options: FixtureOptions = {}): SweepData {
  const { labels = LABELS, seeds = [0, 1, 2, 3, 4], hidden = [[20, 20]], learningRates = [1e-3] } = options;
  const plan = seeds.flatMap((seed) =>
    hidden.flatMap((sizes) =>
      labels.flatMap((label) => learningRates.map((rate) => planned(label, sizes, seed, rate, options))),
    ),
  );
  return {
    config: { preset: 'fixture', seeds, hidden },
    plan,
    results: plan.map((entry) => result(entry, options)),
    missing: [],
    failed: [],
  };
}

/** The same sweep with only some of its trials done. */
export function unfinished(data: SweepData, done: (planned: PlannedTrial) => boolean): SweepData {
  const ids = new Set(data.plan.filter(done).map(({ id }) => id));
  return {
    ...data,
    results: data.results.filter(({ id }) => ids.has(id)),
    missing: data.plan.filter(({ id }) => !ids.has(id)).map(({ id }) => id),
  };
}

/** The same, as written by an old version, which did not measure pruned networks on validation images. */
export function withoutValidation(data: SweepData): SweepData {
  return {
    ...data,
    results: data.results.map(({ baseline: _baseline, ...result }) => ({
      ...result,
      pruning: result.pruning.map(({ validation: _validation, ...row }) => row),
    })),
  };
}

/** The same networks pruned by other criteria, with the numbers of their first. */
export function prunedBy(data: SweepData, pruners: readonly string[]): SweepData {
  const withPruners = (trial: Trial): Trial => ({
    ...trial,
    pruning: { ...trial.pruning, pruners: pruners.map((use) => ({ use, options: {} })) },
  });
  return {
    ...data,
    plan: data.plan.map((planned) => ({ ...planned, trial: withPruners(planned.trial) })),
    results: data.results.map((result) => {
      const first = result.pruning.filter(({ pruner }) => pruner === result.pruning[0]!.pruner);
      return {
        ...result,
        trial: withPruners(result.trial),
        pruning: pruners.flatMap((pruner) => first.map((row) => ({ ...row, pruner }))),
      };
    }),
  };
}

/** The same trials with other test accuracies. This is much faster than making new ones. */
export function withAccuracy(
  data: SweepData,
  accuracy: (label: string, share: number, seed: number) => number,
): SweepData {
  const labels = new Map(data.plan.map(({ id, label }) => [id, label]));
  return {
    ...data,
    results: data.results.map((result) => ({
      ...result,
      pruning: result.pruning.map((row) => {
        const value = accuracy(labels.get(result.id)!, row.share, result.trial.seed);
        const evaluations = row.evaluations.map((evaluation) => ({
          ...evaluation,
          metrics: { ...evaluation.metrics, accuracy: value },
        }));
        return { ...row, evaluations };
      }),
    })),
  };
}

const isBayesian = (label: string): boolean => label.startsWith('bbb');

function planned(
  label: string,
  hidden: readonly number[],
  seed: number,
  learningRate: number,
  { dataset = 'mnist', shares = SHARES, validation = 1000, epochs = 5 }: FixtureOptions,
): PlannedTrial {
  const trial = trialOf({
    method: {
      use: label.replace(/-0\.\d+$/, ''),
      options: /0\.\d+$/.test(label) ? { p: Number(label.slice(-3)) } : {},
    },
    data: { use: dataset, options: {}, validation, divisor: 255 },
    hidden,
    training: { epochs, batchSize: 100, optimizer: adam(learningRate) },
    pruning: { pruners: isBayesian(label) ? prunersOf('snr', 'magnitude') : prunersOf('magnitude'), shares },
    prediction: { samples: 10 },
    seed,
  });
  const { seed: _seed, ...rest } = trial;
  return { id: trialId(trial), label, variant: '', configuration: contentId({ rest, label }), seed, trial };
}

/** A number in [0, 1) that depends only on its arguments. */
export function noise(...keys: readonly (string | number)[]): number {
  return Number.parseInt(contentId(keys).slice(0, 8), 16) / 2 ** 32;
}

function defaultAccuracy(label: string, share: number, seed: number): number {
  const at = LABELS.indexOf(label);
  const dense = 0.98 - 0.004 * Math.max(0, at === 4 ? 0 : at) - 0.002 * noise(label, seed);
  const knee = isBayesian(label) ? 0.985 : 0.86 - 0.06 * at;
  const fall =
    1 / (1 + Math.exp((share - knee - 0.01 * noise(label, seed, 'knee')) * (isBayesian(label) ? 300 : 40)));
  return 0.1 + (dense - 0.1) * fall;
}

function bell(
  low: number,
  high: number,
  bins: number,
  centre: number,
  width: number,
  total: number,
): Histogram {
  const at = (i: number): number => low + ((i + 0.5) / bins) * (high - low);
  const weights = Array.from({ length: bins }, (_, i) => Math.exp(-0.5 * ((at(i) - centre) / width) ** 2));
  const sum = weights.reduce((a, b) => a + b, 0);
  return { low, high, counts: weights.map((w) => Math.round((w / sum) * total)), below: 3, above: 2 };
}

function evaluation(
  label: string,
  accuracy: number,
  predict: Evaluation['predict'],
  seed: number,
): Evaluation {
  const spread = predict === 'samples' ? 0.02 : 0;
  const ood = 0.8 + 0.15 * accuracy * noise(label, 'ood') + 0.01 * noise(label, seed, 'ood');
  return {
    predict,
    samples: predict === 'samples' ? 10 : 0,
    metrics: {
      accuracy,
      nll: (1 - accuracy) * 3.5,
      brier: (1 - accuracy) * 1.5,
      ece: 0.004 + 0.1 * (1 - accuracy),
      adaptiveEce: 0.005 + 0.1 * (1 - accuracy),
      predictiveEntropy: 2 * (1 - accuracy) + spread,
      expectedEntropy: 2 * (1 - accuracy),
      mutualInformation: spread,
      variationRatio: (1 - accuracy) / 2,
      aurc: (1 - accuracy) / 4,
    },
    ood: {
      'fashion-mnist': {
        maxProbability: { auroc: ood, aupr: ood - 0.02, fpr95: 1 - ood },
        predictiveEntropy: { auroc: ood + 0.005, aupr: ood - 0.01, fpr95: 1 - ood },
        mutualInformation: { auroc: predict === 'samples' ? ood - 0.03 : 0.5, aupr: 0.5, fpr95: 0.9 },
      },
    },
    reliability: Array.from({ length: 15 }, (_, i) => {
      const confidence = (i + 0.5) / 15;
      return [
        i * i * 5,
        i === 0 ? 0 : confidence,
        i === 0 ? 0 : Math.min(1, confidence + 0.05 * noise(label, seed, i)),
      ] as const;
    }),
    riskCoverage: Array.from({ length: 20 }, (_, i) => (1 - accuracy) * ((i + 1) / 20) ** 3),
    entropy: {
      test: {
        predictiveEntropy: bell(0, Math.log(CLASSES), 46, 0.05, 0.2, 10_000),
        mutualInformation: bell(0, Math.log(CLASSES), 46, 0.01, spread + 0.01, 10_000),
      },
      'fashion-mnist': {
        predictiveEntropy: bell(0, Math.log(CLASSES), 46, 1, 0.5, 10_000),
        mutualInformation: bell(0, Math.log(CLASSES), 46, 0.2, spread + 0.1, 10_000),
      },
    },
  };
}

/** The same sweep with conformal sets: larger ones where the accuracy is lower. */
export function withSets(data: SweepData): SweepData {
  const setsOf = (accuracy: number, coverage: number): SetReport => ({
    threshold: 0.9,
    coverage,
    size: 1 + 9 * (0.98 - accuracy),
    empty: 0,
    single: accuracy,
    byClass: [
      [100, 95],
      [50, 40],
      [0, 0],
    ],
  });
  return {
    ...data,
    results: data.results.map((one) => ({
      ...one,
      pruning: one.pruning.map((row) => ({
        ...row,
        evaluations: row.evaluations.map((evaluated) => ({
          ...evaluated,
          calibrated: {
            examples: 500,
            level: 0.9,
            temperature: 1.25,
            atTemperature: { nll: evaluated.metrics.nll * 0.9, ece: 0.003 },
            sets: {
              lac: setsOf(evaluated.metrics['accuracy']!, 0.9 + one.trial.seed / 1000),
              aps: setsOf(evaluated.metrics['accuracy']! - 0.1, 0.91),
            },
          },
        })),
      })),
    })),
  };
}

function result({ id, label, trial }: PlannedTrial, options: FixtureOptions): TrialResult {
  const { seed, hidden, training, pruning, data } = trial;
  const { accuracy = defaultAccuracy, validationAccuracy } = options;
  const rate = training.optimizer.learningRate;
  const widths = [784, ...hidden, CLASSES];
  const layers = widths.slice(1).flatMap((outputs, i): [string, number][] => [
    [`layers.${i}.weight`, widths[i]! * outputs],
    [`layers.${i}.bias`, outputs],
  ]);
  const parameters = layers.reduce((sum, [, size]) => sum + size, 0);
  const width = isBayesian(label) ? 0.11 : 0.03;
  const draws = isBayesian(label) ? (['mean', 'sample'] as const) : (['mean'] as const);
  const seconds =
    options.seconds?.(label, seed) ?? (isBayesian(label) ? 4 : 1) + 0.1 * noise(label, seed, 'time');
  return {
    format: 'bbb-result/1',
    id,
    trial,
    parameters,
    baseline: 0.1135,
    examples: { train: 60_000 - data.validation, validation: data.validation, test: 10_000 },
    epochs: Array.from({ length: training.epochs }, (_, i) => {
      const error = 1 - accuracy(label, 0, seed, hidden) + 0.1 / (i + 1) ** 2 + Math.abs(rate - 1e-3) * 10;
      const kl = isBayesian(label) ? 50_000 / (i + 1) : 0;
      return {
        epoch: i + 1,
        learningRate: rate,
        trainNll: error * 3,
        trainError: error,
        kl,
        loss: error * 3 + kl / 60_000,
        ...(data.validation > 0 ? { validationError: error, validationNll: error * 4 } : {}),
        ...(isBayesian(label) ? { meanSigma: 0.05 } : {}),
        seconds,
      };
    }),
    ...(data.validation > 0 ? { bestEpoch: training.epochs } : {}),
    pruning: pruning.pruners.flatMap(({ use }) =>
      pruning.shares.map((share) => {
        const loss = use === 'magnitude' && isBayesian(label) && share > 0.98 ? 0.2 : 0;
        const a = Math.max(0.1, accuracy(label, share, seed, hidden) - loss);
        return {
          pruner: use,
          share,
          zeros: Math.round(parameters * share),
          ranked: parameters,
          layers: Object.fromEntries(
            layers.map(([name, size], i) => [
              name,
              [Math.round(size * Math.min(1, share * (1 - 0.02 * i))), size] as const,
            ]),
          ),
          evaluations: draws.map((draw) =>
            evaluation(
              label,
              draw === 'sample' ? a + 0.0005 : a,
              draw === 'sample' ? 'samples' : 'mean',
              seed,
            ),
          ),
          ...(data.validation > 0
            ? { validation: { error: 1 - (validationAccuracy?.(label, share, seed) ?? a), nll: 3 * (1 - a) } }
            : {}),
          finetuned: false,
        };
      }),
    ),
    weights: (['initial', 'final'] as const).flatMap((when) =>
      draws.map((draw) => ({
        when,
        draw,
        summaries: layers.map(([name, count]) => ({
          name,
          count,
          mean: 0,
          std: when === 'initial' ? 0.025 : width,
          kurtosis: when === 'initial' ? -1.2 : 2,
          nearZero: 0.2,
        })),
        histogram: bell(-0.5, 0.5, 200, 0, when === 'initial' ? 0.025 : width, parameters),
      })),
    ),
    ...(isBayesian(label) ? { snr: { histogram: bell(-60, 40, 200, -10, 12, parameters) } } : {}),
    imageShape: [28, 28],
    firstLayer: firstLayer(label, seed),
    examplesByCertainty: {
      most: Array.from({ length: 12 }, (_, i) => example(i, 0.001)),
      least: Array.from({ length: 12 }, (_, i) => example(i + 100, 0.4)),
    },
    checkpointSha256: 'c'.repeat(64),
    dataSha256: { 'train-images': 'a'.repeat(64), 't10k-images': 'b'.repeat(64) },
    environment: {
      bbb: '0.1.0',
      node: 'v20.20.2',
      platform: 'linux x64',
      cpu: 'A <CPU>',
      seconds: seconds * 6,
    },
  };
}

function byteImage(low: number, high: number, value: (row: number, col: number) => number): ByteImage {
  const bytes = Uint8Array.from(
    { length: 784 },
    (_, i) => 255 * Math.max(0, Math.min(1, value(Math.floor(i / 28), i % 28))),
  );
  return { low, high, bytes: Buffer.from(bytes).toString('base64') };
}

function firstLayer(label: string, seed: number): FirstLayerReport {
  const centre = (row: number, col: number): number => 1 - Math.hypot(row - 14, col - 14) / 20;
  const wave = (row: number, col: number, unit: number): number =>
    0.5 + 0.5 * Math.sin((row * unit) / 5 + col / 3 + seed) * centre(row, col);
  const sigma = isBayesian(label);
  return {
    meanAbsMu: byteImage(0, 0.2, centre),
    ...(sigma ? { meanSigma: byteImage(0, 0.1, (r, c) => 1 - centre(r, c)) } : {}),
    kept: [0, 0.5, 0.9].map((share) => ({
      share,
      image: byteImage(0, 1, (r, c) => centre(r, c) * (1 - share)),
    })),
    units: [3, 1, 7, 2].map((unit) => ({
      unit,
      mu: byteImage(-0.3, 0.3, (r, c) => wave(r, c, unit)),
      ...(sigma ? { sigma: byteImage(0, 0.1, (r, c) => wave(c, r, unit)) } : {}),
      kept: byteImage(0, 3, (r, c) => Math.round(centre(r, c) * 3) / 3),
    })),
  };
}

function example(index: number, spread: number): ExampleReport {
  const label = index % CLASSES;
  const probabilities = Array.from({ length: CLASSES }, (_, c) =>
    c === label ? 1 - 9 * (spread / 9) : spread / 9,
  );
  const pixels = Uint8Array.from({ length: 784 }, (_, i) =>
    Math.hypot((i % 28) - 14, i / 28 - 14) < 5 + label ? 255 : 0,
  );
  return {
    index,
    label,
    probabilities,
    predictiveEntropy: -probabilities.reduce((sum, p) => sum + p * Math.log(p), 0),
    pixels: Buffer.from(pixels).toString('base64'),
  };
}
