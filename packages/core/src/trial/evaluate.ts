import type { Key, Ops } from '@bbb/kernels';
import {
  adaptiveEce,
  aupr,
  auroc,
  accuracy,
  brier,
  ece,
  fprAt95,
  nll,
  reliabilityBins,
  UncertaintyAccumulator,
  type Uncertainty,
} from '../metrics/index.js';
import { meanRisk, risksAt, riskCoverage, type RiskCoverage } from '../metrics/risk-coverage.js';
import { BbbError } from '../errors.js';
import type { Model, Params } from '../model/model.js';
import { fold } from '../random/key.js';
import { predictProbabilities } from './predict.js';
import { log } from '../math/log.js';
import type { EntropyHistograms, Evaluation, Histogram, OodScore } from './result.js';
import type { Examples } from './train.js';
import { histogram } from './weights.js';

/** What every network of a trial is measured on. */
export interface EvaluationSets {
  readonly test: Examples;
  /** By data set name. */
  readonly outOfDistribution: Readonly<Record<string, Examples>>;
}

/** Points of the risk-coverage curve that a result keeps. */
const COVERAGES = 20;

/** One way to predict: the mean network, or so many draws. */
export type Prediction =
  { readonly predict: 'mean' } | { readonly predict: 'samples'; readonly samples: number };

/**
 * Measures a network by its mean and, when it is stochastic and samples are asked for, by the averaged probabilities of
 * draws. The draws depend on the key alone: networks pruned differently see the same noise, and every data set the same
 * networks, without which their uncertainties could not be compared.
 */
export function evaluate(
  ops: Ops,
  model: Model,
  params: Params,
  sets: EvaluationSets,
  samples: number,
  key: Key,
): { evaluations: Evaluation[]; uncertainty: Uncertainty } {
  const ways: Prediction[] = [{ predict: 'mean' }];
  if (model.stochastic && samples > 0) ways.push({ predict: 'samples', samples });
  let uncertainty: Uncertainty | undefined;
  const evaluations = ways.map((way) => {
    const onTest = predictWith(ops, model, params, sets.test, way, key);
    uncertainty = onTest;
    const labels = Uint8Array.from(sets.test.rows, (row) => sets.test.labels[row]!);
    const { classes } = model.architecture;
    const curve = riskCoverage(onTest.probabilities, labels, classes);
    const outside = Object.entries(sets.outOfDistribution).map(
      ([name, examples]) => [name, predictWith(ops, model, params, examples, way, key)] as const,
    );
    const ood = outside.map(([name, uncertain]) => [name, oodScores(onTest, uncertain)] as const);
    const entropies = [['test', onTest] as const, ...outside].map(
      ([name, uncertain]) => [name, entropyHistograms(uncertain, classes)] as const,
    );
    return {
      predict: way.predict,
      samples: way.predict === 'samples' ? way.samples : 0,
      metrics: predictionMetrics(onTest, labels, classes, curve),
      reliability: reliabilityBins(onTest.probabilities, labels, classes),
      riskCoverage: risksAt(curve, COVERAGES),
      ...(ood.length > 0 ? { ood: Object.fromEntries(ood) } : {}),
      entropy: Object.fromEntries(entropies),
    };
  });
  return { evaluations, uncertainty: uncertainty! };
}

/**
 * Class probabilities of the examples and how uncertain they are: of the mean network, or averaged over draws that are a pure
 * function of the key.
 * @throws BbbError `E_PREDICT_SAMPLES` unless the number of draws is a whole one from 1, `E_DATA_SHAPE` for images of another size
 */
export function predictWith(
  ops: Ops,
  model: Model,
  params: Params,
  examples: Examples,
  way: Prediction,
  key: Key,
): Uncertainty {
  const { classes, inputs } = model.architecture;
  if (examples.pixels !== inputs) {
    throw new BbbError(
      'E_DATA_SHAPE',
      `Images have ${examples.pixels} pixels; the network takes ${inputs}.`,
      {
        hint: 'Predict with a network that was trained on images of this size.',
      },
    );
  }
  if (way.predict === 'samples' && !(Number.isSafeInteger(way.samples) && way.samples > 0)) {
    throw new BbbError('E_PREDICT_SAMPLES', `Can't average over ${way.samples} draws.`, {
      hint: "Choose a whole number from 1, e.g. 10, or predict: 'mean'.",
    });
  }
  const accumulator = new UncertaintyAccumulator(examples.rows.length, classes);
  const members = way.predict === 'mean' ? 1 : way.samples;
  for (let s = 0; s < members; s++) {
    const network = model.draw(params, way.predict === 'mean' ? 'mean' : fold(key, 'sample', s));
    try {
      accumulator.add(predictProbabilities(ops, network, examples, classes));
    } finally {
      network.dispose();
    }
  }
  return accumulator.finish();
}

function predictionMetrics(
  u: Uncertainty,
  labels: Uint8Array,
  classes: number,
  curve: readonly RiskCoverage[],
): Evaluation['metrics'] {
  const p = u.probabilities;
  return {
    accuracy: accuracy(p, labels, classes),
    nll: nll(p, labels, classes),
    brier: brier(p, labels, classes),
    ece: ece(p, labels, classes),
    adaptiveEce: adaptiveEce(p, labels, classes),
    predictiveEntropy: mean(u.predictiveEntropy),
    expectedEntropy: mean(u.expectedEntropy),
    mutualInformation: mean(u.mutualInformation),
    variationRatio: mean(u.variationRatio),
    aurc: meanRisk(curve),
  };
}

/** Higher scores mean "not from the training distribution"; out-of-distribution is the positive class. */
function oodScores(inside: Uncertainty, outside: Uncertainty): Record<string, OodScore> {
  const scores = {
    maxProbability: (u: Uncertainty) => u.maxProbability.map((p) => 1 - p),
    predictiveEntropy: (u: Uncertainty) => u.predictiveEntropy,
    mutualInformation: (u: Uncertainty) => u.mutualInformation,
  };
  return Object.fromEntries(
    Object.entries(scores).map(([name, score]) => {
      const negatives = score(inside);
      const positives = score(outside);
      return [
        name,
        {
          auroc: auroc(positives, negatives),
          aupr: aupr(positives, negatives),
          fpr95: fprAt95(positives, negatives),
        },
      ];
    }),
  );
}

/** Over [0, ln classes] nats. */
function entropyHistograms(u: Uncertainty, classes: number): EntropyHistograms {
  const high = log(classes);
  // The entropy of equal probabilities is the largest there is, give or take its rounding.
  const of = (values: Float64Array): Histogram =>
    histogram(
      values.map((value) => Math.min(value, high)),
      { low: 0, high, bins: 50 },
    );
  return { predictiveEntropy: of(u.predictiveEntropy), mutualInformation: of(u.mutualInformation) };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
