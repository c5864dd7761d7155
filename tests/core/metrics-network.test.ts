import plugins, { categoricalLikelihood, mlp } from '@bbb/plugins';
import {
  categoricalMetrics,
  evaluate,
  predictWith,
  rootKey,
  startBackend,
  validate,
  type Examples,
  type Uncertainty,
} from '@bbb/core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Ops } from '@bbb/kernels';

const ROWS = 1500;
const PIXELS = 9;
const CLASSES = 4;

let ops: Ops;
beforeAll(async () => {
  ops = await startBackend();
});

/** A very overconfident network: its logits differ by hundreds. */
function sure() {
  const likelihood = categoricalLikelihood(CLASSES);
  const sgd = plugins.methods!['sgd']!;
  const context = {
    architecture: mlp.create({ hidden: [8], activation: 'relu' }, { inputShape: [PIXELS], outputs: CLASSES }),
    likelihood,
    ops,
    optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0 } as const,
    batchSize: 10,
  };
  const initialiser = { kind: 'uniform', bound: 30 };
  const { model } = sgd.create(sgd.options.parse({ initialiser }), context);
  return { ops, model, likelihood };
}

const examples: Examples = {
  features: Uint8Array.from({ length: ROWS * PIXELS }, (_, i) => (i * 37 + (i >> 3)) & 255),
  targets: Uint8Array.from({ length: ROWS }, (_, i) => (i * 7) % CLASSES),
  inputShape: [PIXELS],
  rows: Uint32Array.from({ length: ROWS }, (_, i) => i),
  preprocessing: { input: { kind: 'divide', divisor: 126 } },
};

describe('a network whose probabilities saturate', () => {
  it('has the NLL and error of its logits, on validation images as on test images', () => {
    const predicting = sure();
    const params = predicting.model.init(rootKey(1));
    const { error, nll } = validate(predicting, params, examples, rootKey(0))!;
    const way = { predict: 'mean' } as const;
    const u = predictWith(predicting, params, examples, way, rootKey(0)) as Uncertainty;
    const { metrics } = categoricalMetrics(u, examples.targets as Uint8Array, CLASSES);
    expect(nll).toBe(metrics.nll);
    expect(error).toBe(1 - metrics.accuracy!);
    expect(nll).toBeGreaterThan(150);
    expect(u.maxProbability.filter((p) => p === 1).length).toBeGreaterThan(ROWS / 2);
  });

  it('has the same metrics for any order of the images', () => {
    const predicting = sure();
    const params = predicting.model.init(rootKey(1));
    const reversed = { ...examples, rows: examples.rows.toReversed() };
    const [one, other] = [examples, reversed].map((test) =>
      evaluate(predicting, params, { test, outOfDistribution: {} }, 0, rootKey(0)),
    );
    const [a, b] = [one!, other!].map(({ evaluations }) => Object.values(evaluations[0]!.metrics));
    a!.forEach((value, i) => expect(b![i]).toBeCloseTo(value, 12));
    expect(other!.evaluations[0]!.riskCoverage).toEqual(one!.evaluations[0]!.riskCoverage);
  });
});
