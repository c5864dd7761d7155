import {
  contentId,
  trialId,
  type Evaluation,
  type MetricSpec,
  type SweepData,
  type TargetSpec,
  type Trial,
  type TrialResult,
} from '@bbb/core';
import { fixtureSweep, noise, type FixtureOptions } from './sweep.js';

export interface RegressionOptions extends FixtureOptions {
  readonly unit?: string;
  readonly name?: string;
  /** Numbers of an input; default 5. */
  readonly inputs?: number;
  /** RMSE of a network. Default: it grows with the share, and depends on label and seed. */
  readonly rmse?: (label: string, share: number, seed: number) => number;
  readonly baseline?: number;
}

const BASELINE = 30;

/** Made-up results of a regression, in the shape of real ones: the same trials as `fixtureSweep`, on a table. */
export function regressionSweep(options: RegressionOptions = {}): SweepData {
  const data = fixtureSweep({
    labels: ['sgd', 'bbb-mixture'],
    seeds: [0, 1, 2],
    shares: [0, 0.5, 0.9],
    dataset: 'houses',
    ...options,
  });
  const labels = new Map(data.plan.map(({ id, label }) => [id, label]));
  return {
    ...data,
    datasets: [datasetOf(options)],
    results: data.results.map((result) => asRegression(result, labels.get(result.id)!, options)),
  };
}

export function rmseOf(label: string, share: number, seed: number): number {
  const dense = (label.startsWith('bbb') ? 11 : 9) + noise(label, seed);
  return dense + (BASELINE - dense) * share ** (label.startsWith('bbb') ? 12 : 2);
}

const headlineWith = (unit: string): MetricSpec => ({
  metric: 'rmse',
  label: 'RMSE',
  unit,
  factor: 1,
  better: 'lower',
  error: 'RMSE',
});

function targetOf({ unit = 'kEUR', name = 'price' }: RegressionOptions): TargetSpec {
  return { kind: 'real', name, unit };
}

function datasetOf(options: RegressionOptions): NonNullable<SweepData['datasets']>[number] {
  const part = { examples: 100, targets: [100, 300.123456], features: [-1.23456789, 2] } as const;
  const summary = {
    name: 'houses',
    inputShape: [options.inputs ?? 5],
    target: targetOf(options),
    train: part,
    test: part,
  };
  return { role: 'main', name: 'houses', sha256: { train: 'a'.repeat(64) }, summary };
}

function asRegression(result: TrialResult, label: string, options: RegressionOptions): TrialResult {
  const { unit = 'kEUR', inputs = 5, rmse = rmseOf, baseline = BASELINE } = options;
  const { imageShape: _shape, firstLayer: _layer, examplesByCertainty: _examples, ...rest } = result;
  const { seed } = result.trial;
  return {
    ...rest,
    inputShape: [inputs],
    target: targetOf(options),
    headline: headlineWith(unit),
    baseline,
    dataSha256: { train: 'a'.repeat(64), test: 'b'.repeat(64) },
    epochs: result.epochs.map((epoch, i) => ({
      ...epoch,
      trainNll: 1 - i,
      trainError: rmse(label, 0, seed) + 4 / (i + 1),
      ...(epoch.validationError === undefined ? {} : { validationError: rmse(label, 0, seed) + 3 / (i + 1) }),
    })),
    pruning: result.pruning.map((row) => ({
      ...row,
      ...(row.validation ? { validation: { error: rmse(label, row.share, seed) + 0.1, nll: 2 } } : {}),
      evaluations: row.evaluations.map(({ predict, samples }) =>
        evaluation(rmse(label, row.share, seed), { predict, samples }, `${label} ${seed}`),
      ),
    })),
    predictions: Array.from({ length: 20 }, (_, i) => {
      const target = 100 + 10 * ((i * 7) % 20);
      const mean = target + 20 * (noise(label, seed, i) - 0.5);
      return {
        index: i,
        ...(inputs === 1 ? { input: ((i * 7) % 20) / 10 } : {}),
        target,
        mean,
        epistemic: 3,
        aleatoric: 4,
        quartiles: [mean - 3.4, mean, mean + 3.4] as const,
      };
    }),
  };
}

function evaluation(rmse: number, way: Pick<Evaluation, 'predict' | 'samples'>, key: string): Evaluation {
  const certain = 0.9 - 0.1 * noise(key);
  return {
    ...way,
    metrics: {
      rmse,
      mae: 0.8 * rmse,
      nll: Math.log(rmse || 1e-9) + 1.4,
      crps: 0.56 * rmse,
      epistemic: way.predict === 'samples' ? 0.3 * rmse : 0,
      aleatoric: rmse,
      calibrationError: 0.03,
      coverage50: 0.48,
      width50: 1.3 * rmse,
      coverage90: certain,
      width90: 3.3 * rmse,
      coverage95: certain + 0.05,
      width95: 3.9 * rmse,
    },
    calibration: Array.from({ length: 19 }, (_, i) => [(i + 1) / 20, ((i + 1) / 20) ** 1.1] as const),
    ood: {
      far: {
        predictiveSd: { auroc: certain, aupr: 0.8, fpr95: 0.3 },
        epistemicSd: { auroc: way.predict === 'samples' ? 0.95 : 0.5, aupr: 0.7, fpr95: 0.4 },
      },
    },
  };
}

/** The same trials with other members: other ids, other configurations. */
export function withTrials(data: SweepData, change: (trial: Trial) => Trial): SweepData {
  const ids = new Map<string, string>();
  const plan = data.plan.map((planned) => {
    const trial = change(planned.trial);
    const { seed: _seed, ...rest } = trial;
    const id = trialId(trial);
    ids.set(planned.id, id);
    return { ...planned, trial, id, configuration: contentId({ rest, label: planned.label }) };
  });
  const trials = new Map(plan.map(({ id, trial }) => [id, trial]));
  const results = data.results.map((result) => {
    const id = ids.get(result.id)!;
    return { ...result, id, trial: trials.get(id)! };
  });
  return { ...data, plan, results };
}

/** One sweep with the trials of several. */
export function together(...all: readonly SweepData[]): SweepData {
  return {
    ...all[0]!,
    plan: all.flatMap(({ plan }) => plan),
    results: all.flatMap(({ results }) => results),
  };
}
