import plugins from '@bbb/plugins';
import { categoricalMetrics, evaluate, predictWith, rootKey, startBackend, type Examples } from '@bbb/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { validate } from '../../packages/core/src/trial/predict.js';
import type { Ops } from '@bbb/kernels';

const ROWS = 1500;
const PIXELS = 9;
const CLASSES = 4;

let ops: Ops;
beforeAll(async () => {
  ops = await startBackend();
});

/** A network that is far too sure: its logits are hundreds apart. */
function sureModel() {
  const sgd = plugins.methods!['sgd']!;
  const context = {
    architecture: { inputs: PIXELS, hidden: [8], classes: CLASSES },
    ops,
    optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0 } as const,
    batchSize: 10,
  };
  const initialiser = { kind: 'uniform', bound: 30 };
  return sgd.create(sgd.options.parse({ initialiser }), context).model;
}

const examples: Examples = {
  images: Uint8Array.from({ length: ROWS * PIXELS }, (_, i) => (i * 37 + (i >> 3)) & 255),
  labels: Uint8Array.from({ length: ROWS }, (_, i) => (i * 7) % CLASSES),
  pixels: PIXELS,
  rows: Uint32Array.from({ length: ROWS }, (_, i) => i),
  divisor: 126,
};

describe('a network whose probabilities saturate', () => {
  it('has one NLL and one error, on validation as on test images, and that of its logits', () => {
    const model = sureModel();
    const params = model.init(rootKey(1));
    const network = model.draw(params, 'mean');
    const { error, nll } = validate(ops, network, examples, CLASSES);
    const u = predictWith(ops, model, params, examples, { predict: 'mean' }, rootKey(0));
    const { metrics } = categoricalMetrics(u, examples.labels, CLASSES);
    expect(nll).toBe(metrics.nll);
    expect(error).toBe(1 - metrics.accuracy);
    expect(nll).toBeGreaterThan(150);
    expect(u.maxProbability.filter((p) => p === 1).length).toBeGreaterThan(ROWS / 2);
    network.dispose();
  });

  it('is measured alike in any order of its images', () => {
    const model = sureModel();
    const params = model.init(rootKey(1));
    const reversed = { ...examples, rows: examples.rows.toReversed() };
    const [one, other] = [examples, reversed].map((test) =>
      evaluate(ops, model, params, { test, outOfDistribution: {} }, 0, rootKey(0)),
    );
    const [a, b] = [one!, other!].map(({ evaluations }) => Object.values(evaluations[0]!.metrics));
    a!.forEach((value, i) => expect(b![i]).toBeCloseTo(value, 12));
    expect(other!.evaluations[0]!.riskCoverage).toEqual(one!.evaluations[0]!.riskCoverage);
  });
});
