import { methodChecks } from '@bbb/contract';
import { examplesOf, rowsOf, toyContext, toyData, type Toy } from '@bbb/contract/toy';
import {
  createRegistry,
  fold,
  decodeCheckpoint,
  makeMethod,
  mixtureVariances,
  openCheckpoint,
  prune,
  rootKey,
  runTrial,
  sizeOf,
  uniform,
  type MadeMethod,
  type Network,
  type Params,
  type RegressionPrediction,
} from '@bbb/core';
import { plainNetwork } from '@bbb/export';
import { referenceOps } from '@bbb/kernels';
import builtIns, { gaussianLikelihood, mlp, probitLogits } from '@bbb/plugins';
import { storeNetwork } from '@bbb/predict/store';
import { describe, expect, it } from 'vitest';
import { tinyDataset, tinyTrial } from '../support/tiny-trial.js';
import { inverse } from '../support/linear-algebra.js';
import { adam } from '../support/trial.js';

const ops = referenceOps();
const KEY = rootKey(31);
const registry = createRegistry([builtIns]);
const ADAM = adam(0.02);

function made(toy: Pick<Toy, 'architecture' | 'likelihood'>, options: Record<string, unknown>): MadeMethod {
  return makeMethod({ use: 'laplace', options }, toyContext(ops, toy, ADAM, 16), registry);
}

const read = (x: Parameters<typeof ops.read>[0]): Float64Array => Float64Array.from(ops.read(x));

function withNetwork<T>(network: Network, use: (network: Network) => T): T {
  try {
    return use(network);
  } finally {
    network.dispose();
  }
}

describe('a regression, linear in its weights, with known noise', () => {
  const [N, NOISE, LAMBDA] = [25, 0.4, 3];
  const SCALING = { mean: 20, sd: 4 };
  const drawn = uniform(fold(KEY, 'x'), 3 * N, -1, 1);
  const toy: Toy = {
    architecture: mlp.create({ hidden: [], activation: 'relu' }, { inputShape: [2], outputs: 1 }),
    likelihood: gaussianLikelihood({ noise: 'fixed', sd: NOISE }, SCALING, { kind: 'real' }),
    x: drawn.slice(0, 2 * N),
    targets: Float32Array.from(
      { length: N },
      (_, r) => 20 + 4 * (drawn[2 * r]! - drawn[2 * r + 1]! + 0.3 * drawn[2 * N + r]!),
    ),
    inputs: 2,
  };
  const rows = Array.from({ length: N }, (_, r) => [toy.x[2 * r]!, toy.x[2 * r + 1]!, 1]);
  /** (X^T X / noise^2 + lambda)^-1, by Gauss-Jordan steps. */
  const covariance = inverse(
    [0, 1, 2].map((i) =>
      [0, 1, 2].map(
        (j) => rows.reduce((sum, x) => sum + (x[i]! * x[j]!) / (NOISE * NOISE), 0) + (i === j ? LAMBDA : 0),
      ),
    ),
  );

  it.each(['kronecker', 'diagonal'])('has the variances x^T S x of the exact posterior: %s', (structure) => {
    const { model, trainer } = made(toy, {
      structure,
      prediction: 'closed-form',
      priorPrecision: LAMBDA,
    });
    const params = model.init(KEY);
    trainer.finish!(params, examplesOf(toy), KEY);
    const draws = model.draws(50, KEY);
    expect(draws).toHaveLength(1);
    const x = rowsOf(ops, toy, 0, N);
    withNetwork(model.draw(params, draws[0]!), (network) => {
      const [means, variances] = [read(network.outputs(x)), read(network.outputVariances!(x))];
      const precisions = inverse(covariance).map((row, i) => row[i]!);
      rows.forEach((row, r) => {
        const exact =
          structure === 'kronecker'
            ? row.reduce((sum, v, i) => sum + row.reduce((s, u, j) => s + v * u * covariance[i]![j]!, 0), 0)
            : row.reduce((sum, v, i) => sum + (v * v) / precisions[i]!, 0);
        expect(variances[r]).toBeCloseTo(exact, 12);
      });
      // In the unit of the targets, including the noise: a single Gaussian with known mean and variance.
      const accumulator = toy.likelihood.accumulator(N);
      accumulator.add(means, {}, variances);
      const prediction = accumulator.finish() as RegressionPrediction;
      for (let r = 0; r < N; r++) {
        const { epistemic, aleatoric } = mixtureVariances(prediction.of(r));
        expect(epistemic).toBeCloseTo(16 * variances[r]!, 10);
        expect(aleatoric).toBeCloseTo(16 * NOISE * NOISE, 10);
      }
      const { nll } = toy.likelihood.evaluate(prediction, toy.targets, {}).metrics;
      const exact = Array.from(toy.targets, (y, r) => {
        const variance = 16 * (variances[r]! + NOISE * NOISE);
        const error = y - (20 + 4 * means[r]!);
        return 0.5 * (Math.log(2 * Math.PI * variance) + (error * error) / variance);
      });
      expect(nll).toBeCloseTo(exact.reduce((a, b) => a + b) / N, 10);
    });
  });

  it('with noise for each input has the mean of its log-normal variance', () => {
    const likelihood = gaussianLikelihood({ noise: 'per-input', sd: 1 }, SCALING, { kind: 'real' });
    const accumulator = likelihood.accumulator(1);
    accumulator.add(Float64Array.of(0.5, -0.3), {}, Float64Array.of(0.2, 0.1));
    const mixture = accumulator.finish().of(0);
    const { epistemic, aleatoric } = mixtureVariances(mixture);
    expect(epistemic).toBeCloseTo(16 * 0.2, 10);
    expect(aleatoric).toBeCloseTo(16 * Math.exp(-0.6 + 0.2), 10);
  });
});

describe('classes', () => {
  const toy = toyData(KEY, 40, 'mlp');
  const DRAWS = 1500;

  const fitted = (options: Record<string, unknown>, pruned: boolean) => {
    const { model, trainer } = made(toy, { priorPrecision: 0.5, factors: 'exact', ...options });
    const params = model.init(KEY);
    // Logits like those of a trained network. Nearly equal logits need no correction.
    const last = toy.architecture.weights.slice(-2);
    ops.write(
      params[last[0]!.name]!,
      read(params[last[0]!.name]!).map((w) => 6 * w),
    );
    trainer.finish!(params, examplesOf(toy), KEY);
    if (pruned) {
      prune(
        ops,
        model,
        params,
        Object.fromEntries(
          last.map(({ name, shape }) => [
            name,
            Uint8Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7) % 4 === 0 ? 0 : 1)),
          ]),
        ),
      );
    }
    return { model, params };
  };
  const x = rowsOf(ops, toy, 0, 6);
  const closed = (params: Params, { model }: Pick<MadeMethod, 'model'>) =>
    withNetwork(model.draw(params, model.draws(1, KEY)[0]!), (network) => ({
      means: read(network.outputs(x)),
      variances: read(network.outputVariances!(x)),
    }));

  it.each([
    ['kronecker', false],
    ['kronecker', true],
    ['diagonal', false],
    ['diagonal', true],
  ])('agree with many draws: %s, pruned: %s', (structure, pruned) => {
    const whole = fitted({ structure, prediction: 'closed-form' }, pruned);
    const { means, variances } = closed(whole.params, whole);
    // Samples of the same Gaussian.
    const { model, params } = fitted({ structure, prediction: 'sampled' }, pruned);
    const draws = model
      .draws(DRAWS, KEY)
      .map((draw) => withNetwork(model.draw(params, draw), (network) => read(network.outputs(x))));
    const probabilities = new Float64Array(means.length);
    for (const logits of draws) softmax(logits, 3).forEach((p, i) => (probabilities[i]! += p / DRAWS));
    means.forEach((mean, i) => {
      const variance = draws.reduce((sum, draw) => sum + (draw[i]! - mean) ** 2, 0) / DRAWS;
      // The relative standard error of a variance is sqrt(2 / n).
      expect(Math.abs(variance / variances[i]! - 1)).toBeLessThan(4.5 * Math.sqrt(2 / DRAWS));
    });
    expect(Math.max(...variances)).toBeGreaterThan(0.1);
    const off = (logits: Float64Array): number =>
      Math.max(...softmax(logits, 3).map((p, i) => Math.abs(p - probabilities[i]!)));
    expect(off(probitLogits(means, variances))).toBeLessThan(0.05);
    // The approximation treats logits separately, so if they are independent it is better than the mean network.
    if (structure === 'diagonal') expect(off(probitLogits(means, variances))).toBeLessThan(off(means));
  });

  it('are those of the mean network if nothing is uncertain', () => {
    expect([...probitLogits(Float64Array.of(1, -2), Float64Array.of(0, 0))]).toEqual([1, -2]);
    // A logit of 2 with variance 8 / pi is divided by sqrt(2).
    expect(probitLogits(Float64Array.of(2), Float64Array.of(8 / Math.PI))[0]).toBeCloseTo(Math.SQRT2, 12);
  });
});

describe('laplace in closed form', () => {
  it('is refused if no closed form exists', () => {
    const toy = toyData(KEY, 10, 'mlp');
    const refused = expect.objectContaining({ code: 'E_LAPLACE' });
    expect(() => made(toy, { prediction: 'closed-form', layers: 'all' })).toThrow(refused);
    const { takesVariances: _, ...silent } = toy.likelihood;
    expect(() => made({ ...toy, likelihood: silent }, { prediction: 'closed-form' })).toThrow(refused);
  });

  it.each(['mlp', 'regression'] as const)('works in a trial with one prediction: %s', async (kind) => {
    const tiny = tinyTrial(
      kind,
      { use: 'laplace', options: { prediction: 'closed-form' } },
      { select: 'last' },
    );
    const trial = { ...tiny, training: { ...tiny.training, epochs: 2 } };
    const { result, checkpoint } = await runTrial({ trial, registry, dataset: tinyDataset(kind), ops });
    for (const { evaluations, share } of result.pruning) {
      const drawn = evaluations.find(({ predict }) => predict === 'samples')!;
      expect(drawn.samples).toBe(1);
      // If all weights of the last layer are pruned, nothing is uncertain.
      if (share === 0) expect(drawn.metrics.nll).not.toBe(evaluations[0]!.metrics.nll);
    }
    expect(result.logEvidence).toBeLessThan(0);
    // A file stores drawn weights, whose predictions differ from the closed form.
    const { dispose, ...open } = openCheckpoint(decodeCheckpoint(checkpoint), registry, ops);
    expect(() => plainNetwork(open, ops, 3, KEY)).toThrow(expect.objectContaining({ code: 'E_EXPORT' }));
    expect(plainNetwork(open, ops, 0, KEY).members).toHaveLength(1);
    expect(storeNetwork({ ...open, ops }, { samples: 3 }).model.posterior).toEqual({ kind: 'point' });
    dispose();
  });

  const method = builtIns.methods!['laplace']!;
  const options = { prediction: 'closed-form' };
  for (const { name, run } of methodChecks({ method, options, toy: 'mlp', ops })) it(name, run);
});

function softmax(logits: ArrayLike<number>, classes: number): number[] {
  return Array.from({ length: logits.length }, (_, i) => {
    const first = i - (i % classes);
    const row = Array.from({ length: classes }, (__, c) => Math.exp(logits[first + c]!));
    return Math.exp(logits[i]!) / row.reduce((a, b) => a + b);
  });
}
