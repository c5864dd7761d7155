import {
  argmax,
  exp,
  mixtureMean,
  mixtureQuantile,
  mixtureVariances,
  UncertaintyAccumulator,
  type GaussianMixture,
  type Uncertainty,
} from '@bbb/base';
import type { StoredCalibration, StoredModel, StoredTarget } from './format/model.js';

/** The prediction for one example whose target is a class. Entropies are in nats. */
export interface ClassAnswer {
  readonly kind: 'class';
  /** The most probable class, counted from 0. */
  readonly class: number;
  readonly name?: string;
  readonly probability: number;
  /** One probability for each class: the mean over the draws. */
  readonly probabilities: readonly number[];
  /** The whole uncertainty: the entropy of the mean distribution. */
  readonly entropy: number;
  /** The part of the entropy that more data would take away (epistemic). 0 if all draws predict the same. */
  readonly mutualInformation: number;
  /**
   * One probability for each class, at the temperature that was fitted on held-out examples. Absent if no temperature was fitted for this
   * number of draws.
   */
  readonly calibrated?: readonly number[];
  /** A set of classes, the most probable one first. It contains the right class with the calibrated probability `level`. */
  readonly set?: readonly number[];
  /** False if the probability is below the model's threshold. Only answers above the threshold have the error rate that was asked for. */
  readonly sure?: boolean;
}

/** The prediction for one example whose target is a real number, in the unit of the target. */
export interface NumberAnswer {
  readonly kind: 'real';
  readonly mean: number;
  readonly unit?: string;
  /** Standard deviation of the means of the draws: the uncertainty that more data would take away. */
  readonly epistemic: number;
  /** Square root of the mean variance of the draws: the noise of the target. */
  readonly aleatoric: number;
  /** Calibrated on held-out examples if that was done for this number of draws; else the middle 95 % of the predictive distribution. */
  readonly interval: {
    readonly level: number;
    readonly low: number;
    readonly high: number;
    readonly calibrated: boolean;
  };
}

export type Answer = ClassAnswer | NumberAnswer;

/** Takes the outputs of one network after another, then gives an answer for each example. */
export interface Answers {
  /** @param network number of the set of weights that gave the outputs: each set may have its own noise */
  add(outputs: Float32Array, network: number): void;
  finish(): Answer[];
}

/** @param calibration what was fitted for this number of draws */
export function answersOf(
  { target }: StoredModel,
  rows: number,
  calibration: StoredCalibration | undefined,
): Answers {
  return target.kind === 'class' ? classes(target, rows, calibration) : numbers(target, rows, calibration);
}

function classes(
  { classes, names }: Extract<StoredTarget, { kind: 'class' }>,
  rows: number,
  calibration: StoredCalibration | undefined,
): Answers {
  const members = new UncertaintyAccumulator(rows, classes);
  return {
    add: (outputs) => members.addLogits(outputs),
    finish() {
      const all = members.finish();
      return Array.from({ length: rows }, (_, row) => classAnswer(all, row, classes, names, calibration));
    },
  };
}

function classAnswer(
  all: Uncertainty,
  row: number,
  classes: number,
  names: readonly string[] | undefined,
  calibration: StoredCalibration | undefined,
): ClassAnswer {
  const best = argmax(all.logProbabilities, row, classes);
  const from = row * classes;
  const probability = all.maxProbability[row]!;
  const logs = all.logProbabilities.subarray(from, from + classes);
  const { temperature, sets, sure } = calibration ?? {};
  return {
    kind: 'class',
    class: best,
    ...(names ? { name: names[best]! } : {}),
    probability,
    probabilities: Array.from(all.probabilities.subarray(from, from + classes)),
    entropy: all.predictiveEntropy[row]!,
    mutualInformation: all.mutualInformation[row]!,
    ...(temperature === undefined ? {} : { calibrated: tempered(logs, temperature) }),
    ...(sets ? { set: setOf(logs, sets.threshold) } : {}),
    ...(sure ? { sure: probability >= sure.probability } : {}),
  };
}

/** softmax(log p / T). */
function tempered(logs: Float64Array, temperature: number): number[] {
  const largest = logs.reduce((a, b) => Math.max(a, b));
  const scaled = Array.from(logs, (l) => exp((l - largest) / temperature));
  const sum = scaled.reduce((a, b) => a + b);
  return scaled.map((p) => p / sum);
}

/** The classes whose -log p is within the threshold (LAC, Sadinle et al. 2019), the most probable one first. */
function setOf(logs: Float64Array, threshold: NonNullable<StoredCalibration['sets']>['threshold']): number[] {
  const limit = (c: number): number => (threshold instanceof Object ? threshold[c]! : threshold) ?? Infinity;
  return Array.from(logs.keys())
    .filter((c) => -logs[c]! <= limit(c))
    .sort((a, b) => logs[b]! - logs[a]! || a - b);
}

function numbers(
  target: Extract<StoredTarget, { kind: 'real' }>,
  rows: number,
  calibration: StoredCalibration | undefined,
): Answers {
  const { mean, sd, noise, unit } = target;
  const perInput = noise.kind === 'per-input';
  const means: Float64Array[] = [];
  const sds: Float64Array[] = [];
  return {
    add(outputs, network) {
      const logSd = (row: number): number =>
        perInput
          ? noise.start + outputs[2 * row + 1]!
          : noise.logSd[Math.min(network, noise.logSd.length - 1)]!;
      means.push(
        Float64Array.from({ length: rows }, (_, row) => mean + sd * outputs[(perInput ? 2 : 1) * row]!),
      );
      sds.push(Float64Array.from({ length: rows }, (_, row) => sd * exp(logSd(row))));
    },
    finish: () =>
      Array.from({ length: rows }, (_, row) => {
        const mixture = { means: means.map((m) => m[row]!), sds: sds.map((s) => s[row]!) };
        return numberAnswer(mixture, unit, calibration);
      }),
  };
}

function numberAnswer(
  mixture: GaussianMixture,
  unit: string | undefined,
  calibration: StoredCalibration | undefined,
): NumberAnswer {
  const mean = mixtureMean(mixture);
  const { epistemic, aleatoric } = mixtureVariances(mixture);
  return {
    kind: 'real',
    mean,
    ...(unit === undefined ? {} : { unit }),
    epistemic: Math.sqrt(epistemic),
    aleatoric: Math.sqrt(aleatoric),
    interval: intervalOf(mixture, mean, Math.sqrt(epistemic + aleatoric), calibration?.interval),
  };
}

function intervalOf(
  mixture: GaussianMixture,
  mean: number,
  sd: number,
  calibrated: StoredCalibration['interval'],
): NumberAnswer['interval'] {
  if (!calibrated) {
    const [low, high] = [mixtureQuantile(mixture, 0.025), mixtureQuantile(mixture, 0.975)];
    return { level: 0.95, low, high, calibrated: false };
  }
  const { level, score, width } = calibrated;
  const half = width === null ? Infinity : score === 'scaled' ? width * sd : width;
  return { level, low: mean - half, high: mean + half, calibrated: true };
}
