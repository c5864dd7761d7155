import {
  ACCURACY,
  argmax,
  calibrateCategorical,
  categoricalDetection,
  categoricalMetrics,
  entropyHistograms,
  examplesByCertainty,
  exp,
  logSoftmax,
  nllOfLogs,
  UncertaintyAccumulator,
  type Likelihood,
  type LikelihoodDefinition,
  type Uncertainty,
  type ValidationMetrics,
} from '@bbb/core';
import { z } from 'zod';

export const categoricalOptions = z.strictObject({});

/**
 * A square root of diag(p) - p p^T, where p is the softmax of a row: one column sqrt(p_c) (e_c - p) for each class.
 * @param logits `[rows, classes]`
 */
function softmaxHessianRoot(logits: Float32Array | Float64Array, classes: number): Float64Array[] {
  const p = logSoftmax(logits, classes).map(exp);
  return Array.from({ length: classes }, (_, c) =>
    p.map((value, i) => {
      const own = p[i - (i % classes) + c]!;
      return Math.sqrt(own) * ((i % classes === c ? 1 : 0) - value);
    }),
  );
}

/**
 * The logits whose softmax is about the mean of the probabilities when logits are Gaussian: each is divided by sqrt(1 + pi v / 8), where v is its
 * variance. This is the probit approximation (MacKay 1992, "The evidence framework applied to classification networks"), for each logit alone.
 *
 * @param means of the logits, `[examples, classes]` row by row
 * @param variances of the same logits, in the same order, at least 0
 * @returns logits of the same shape
 */
export function probitLogits(
  means: Float32Array | Float64Array,
  variances: Float32Array | Float64Array,
): Float64Array {
  return Float64Array.from(means, (mean, i) => mean / Math.sqrt(1 + (Math.PI / 8) * variances[i]!));
}

/**
 * p(y | x) = softmax(outputs)[y], with one logit for each class. The probabilities of members are averaged. The uncertainty has two parts:
 * expected entropy (aleatoric) and mutual information (epistemic), in nats.
 *
 * @param classes targets are 0 to classes - 1
 */
export function categoricalLikelihood(classes: number): Likelihood<Uncertainty> {
  return {
    outputs: classes,
    parameters: [],
    form: { kind: 'softmax' },
    headline: ACCURACY,
    nll(ops, outputs, targets, _parameters, gradient) {
      const labels = targets as Uint8Array;
      const { nll, correct } = gradient
        ? ops.softmaxCrossEntropy(outputs, labels, gradient.outputs, gradient.scale)
        : ops.softmaxCrossEntropy(outputs, labels);
      return { nll, error: labels.length - correct };
    },
    hessianRoot: (logits) => softmaxHessianRoot(logits, classes),
    error: (sum, count) => 1 - (count - sum) / count,
    validate: (logits, targets) => validation(logits, targets as Uint8Array, classes),
    takesVariances: true,
    accumulator(examples) {
      const uncertainty = new UncertaintyAccumulator(examples, classes);
      return {
        add: (logits, _parameters, variances) =>
          uncertainty.addLogits(variances ? probitLogits(logits, variances) : logits),
        finish: () => uncertainty.finish(),
      };
    },
    evaluate: (prediction, targets, outside) =>
      evaluation(prediction, targets as Uint8Array, outside, classes),
    calibrate: (calibration, test, key) =>
      calibrateCategorical(
        { ...calibration, targets: calibration.targets as Uint8Array },
        { ...test, targets: test.targets as Uint8Array },
        classes,
        key,
      ),
    baseline(_train, test) {
      const counts = new Uint32Array(classes);
      for (const label of test) counts[label]!++;
      return Math.max(...counts) / test.length;
    },
    examples: (prediction, test) => ({ examplesByCertainty: examplesByCertainty(prediction, test, classes) }),
  };
}

/** Error and nats per example of one member. */
function validation(
  logits: Float32Array | Float64Array,
  labels: Uint8Array,
  classes: number,
): ValidationMetrics {
  // The network diverged. The NLL says so, and the epoch is reported nevertheless.
  for (const logit of logits) if (!Number.isFinite(logit)) return { error: 1, nll: Number.NaN };
  const logs = logSoftmax(logits, classes);
  let correct = 0;
  for (let i = 0; i < labels.length; i++) if (argmax(logits, i, classes) === labels[i]) correct++;
  return { error: 1 - correct / labels.length, nll: nllOfLogs(logs, labels, classes) };
}

/** Metrics of the test set, and how well the out-of-distribution sets are distinguished from it. */
function evaluation(
  prediction: Uncertainty,
  labels: Uint8Array,
  outside: Readonly<Record<string, Uncertainty>>,
  classes: number,
): ReturnType<Likelihood['evaluate']> {
  const sets = Object.entries(outside);
  const ood = sets.map(([name, other]) => [name, categoricalDetection(prediction, other)] as const);
  const entropies = [['test', prediction] as const, ...sets].map(
    ([name, one]) => [name, entropyHistograms(one, classes)] as const,
  );
  const { metrics, reliability, riskCoverage } = categoricalMetrics(prediction, labels, classes);
  return {
    metrics,
    reliability,
    riskCoverage,
    ...(ood.length > 0 ? { ood: Object.fromEntries(ood) } : {}),
    entropy: Object.fromEntries(entropies),
  };
}

export const categorical: LikelihoodDefinition<z.output<typeof categoricalOptions>> = {
  description: 'Classes: a softmax over one logit for each. Shown first: accuracy.',
  options: categoricalOptions,
  target: 'class',
  create: (_options, { target }) => categoricalLikelihood(target.kind === 'class' ? target.classes : 0),
};
