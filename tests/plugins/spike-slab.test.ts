import { fold, parseOptions, rootKey, uniform, type Batch, type Method, type Params } from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import { toyContext } from '@bbb/contract/toy';
import plugins, { gaussianLikelihood, mlp } from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { spikeSlabKl, spikeSlabMoments } from '../../packages/plugins/src/methods/spike-slab/arithmetic.js';
import { adam } from '../support/trial.js';

const ops = referenceOps();
const KEY = rootKey(17);
const method: Method = plugins.methods!['spike-slab']!;

const logNormal = (w: number, mean: number, sd: number): number =>
  -0.5 * Math.log(2 * Math.PI) - Math.log(sd) - (w - mean) ** 2 / (2 * sd * sd);

/** Simpson's rule for the slab, over 12 standard deviations on each side. */
function overSlab(mu: number, sd: number, of: (w: number) => number): number {
  const steps = 4000;
  const h = (24 * sd) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const w = mu - 12 * sd + i * h;
    sum += (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2) * Math.exp(logNormal(w, mu, sd)) * of(w);
  }
  return (sum * h) / 3;
}

describe('the formulas of a spike and a slab', () => {
  const cases = [
    { mu: 0.7, sd: 0.2, alpha: 0.3, pi: 0.1, s: 1 },
    { mu: -2, sd: 0.05, alpha: 0.999, pi: 0.5, s: 0.5 },
    { mu: 0, sd: 1.5, alpha: 0.01, pi: 0.01, s: 1 },
  ];
  it.each(cases)('agree with numerical integration: %j', ({ mu, sd, alpha, pi, s }) => {
    const posterior = {
      mu: Float64Array.of(mu),
      sigma: Float64Array.of(sd),
      alpha: Float64Array.of(alpha),
      excluded: Float64Array.of(1 - alpha),
    };
    const [mean, variance] = [new Float64Array(1), new Float64Array(1)];
    spikeSlabMoments(posterior, mean, variance);
    const first = alpha * overSlab(mu, sd, (w) => w);
    const second = alpha * overSlab(mu, sd, (w) => w * w);
    expect(mean[0]).toBeCloseTo(first, 10);
    expect(variance[0]).toBeCloseTo(second - first * first, 10);

    // q and p have densities with respect to the counting measure at 0 plus the Lebesgue measure elsewhere.
    const kl =
      (1 - alpha) * Math.log((1 - alpha) / (1 - pi)) +
      alpha * overSlab(mu, sd, (w) => Math.log(alpha / pi) + logNormal(w, mu, sd) - logNormal(w, 0, s));
    const logs = {
      sigma: Float64Array.of(Math.log(sd)),
      alpha: Float64Array.of(Math.log(alpha)),
      excluded: Float64Array.of(Math.log(1 - alpha)),
    };
    const prior = { sigma: s, logSigma: Math.log(s), logPi: Math.log(pi), logNotPi: Math.log(1 - pi) };
    expect(spikeSlabKl(posterior, logs, prior)).toBeCloseTo(kl, 8);
  });
});

/**
 * Linear regression on columns that are orthogonal to each other and to the column of ones. The posterior of a
 * spike and a slab then has independent spikes and slabs in closed form, so the best approximation is exact.
 */
describe('spike-slab on a linear regression with orthogonal inputs', () => {
  const N = 16;
  const NOISE = 0.5;
  const PRIOR = { sigma: 0.8, pi: 0.3 };
  const WEIGHTS = [0.9, 0, -0.35, 0.1];
  /** Rows of a Hadamard matrix, whose first column is for the bias. */
  const X = Array.from({ length: N }, (_, r) => [1, 2, 4, 8].map((c) => (bits(r & c) % 2 ? -1 : 1)));
  const noise = uniform(fold(KEY, 'noise'), N, -0.8, 0.8);
  const Y = X.map((x, r) => 0.3 + x.reduce((sum, v, c) => sum + v * WEIGHTS[c]!, 0) + noise[r]!);

  it('finds the exact inclusion probabilities, means and variances; the probabilities of irrelevant inputs are below 1/2', () => {
    const architecture = mlp.create({ hidden: [], activation: 'relu' }, { inputShape: [4], outputs: 1 });
    const likelihood = gaussianLikelihood(
      { noise: 'fixed', sd: NOISE },
      { mean: 0, sd: 1 },
      { kind: 'real' },
    );
    const optimizer = adam(0.02);
    const context = toyContext(ops, { architecture, likelihood }, optimizer, N);
    const options = parseOptions('spike-slab', method.options, { ...PRIOR, inclusion: 0.8, rho0: -1 });
    const { model, trainer } = method.create(options, context);
    const state = trainer.init(model.init(KEY));
    const x = ops.alloc([N, 4]);
    ops.write(x, X.flat());
    const batch: Batch = { x, targets: Float32Array.from(Y), index: 0, batches: 1, examples: N };

    const steps = 4500;
    const average: Params = model.init(KEY);
    const sums = Object.fromEntries(Object.entries(average).map(([name, o]) => [name, ops.read(o).fill(0)]));
    for (let step = 0; step < steps; step++) {
      const learningRate = step < steps / 3 ? 0.02 : 0.002;
      trainer.step(state, batch, { learningRate, key: fold(KEY, 'step', step) });
      if (step < steps / 2) continue;
      for (const [name, sum] of Object.entries(sums))
        ops.read(state.params[name]!).forEach((value, i) => (sum[i]! += value / (steps / 2)));
    }
    for (const [name, sum] of Object.entries(sums)) ops.write(average[name]!, sum);
    const [weight] = model.posterior(average);
    trainer.dispose();

    const precision = N / (NOISE * NOISE);
    for (let c = 0; c < 4; c++) {
      const estimate = X.reduce((sum, row, r) => sum + (row[c]! * Y[r]!) / N, 0);
      const shrunk = precision / (precision + 1 / PRIOR.sigma ** 2);
      const odds =
        Math.log(PRIOR.pi / (1 - PRIOR.pi)) +
        logNormal(estimate, 0, Math.sqrt(PRIOR.sigma ** 2 + 1 / precision)) -
        logNormal(estimate, 0, Math.sqrt(1 / precision));
      const alpha = 1 / (1 + Math.exp(-odds));
      const variance = 1 / (precision + 1 / PRIOR.sigma ** 2);
      const slab = shrunk * estimate;
      expect(Math.abs(weight!.inclusion![c]! - alpha)).toBeLessThan(0.03);
      expect(Math.abs(weight!.mu[c]! - alpha * slab)).toBeLessThan(0.02);
      expect(weight!.sigma![c]! / Math.sqrt(alpha * (variance + (1 - alpha) * slab ** 2))).toBeCloseTo(1, 1);
    }
    expect(weight!.inclusion![0]).toBeGreaterThan(0.99);
    expect(weight!.inclusion![1]).toBeLessThan(0.5);
  });
});

function bits(n: number): number {
  return n === 0 ? 0 : (n & 1) + bits(n >> 1);
}

describe('draws of spike-slab', () => {
  it('have the moments and the zeros of the posterior, and a pruned weight is always 0', () => {
    const architecture = mlp.create({ hidden: [], activation: 'relu' }, { inputShape: [3], outputs: 2 });
    const likelihood = gaussianLikelihood(
      { noise: 'per-input', sd: 1 },
      { mean: 0, sd: 1 },
      { kind: 'real' },
    );
    const optimizer = { kind: 'sgd', learningRate: 1, momentum: 0 } as const;
    const context = toyContext(ops, { architecture, likelihood }, optimizer, 1);
    const { model } = method.create(parseOptions('spike-slab', method.options, {}), context);
    const params = model.init(KEY);
    ops.write(params['layers.0.weight.mu']!, [1, -2, 0.5, 3, -1, 0]);
    ops.write(params['layers.0.weight.rho']!, [0, -1, 1, -3, 0, -Infinity]);
    ops.write(params['layers.0.weight.logit']!, [0, 2, -2, 5, -5, -Infinity]);
    const [posterior] = model.posterior(params);
    const draws = 4000;
    const [sum, squares, zeros] = [0, 0, 0].map(() => new Float64Array(6)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (const draw of model.draws(draws, KEY)) {
      const network = model.draw(params, draw);
      ops.read(network.weights['layers.0.weight']!).forEach((w, i) => {
        sum[i]! += w / draws;
        squares[i]! += (w * w) / draws;
        zeros[i]! += (w === 0 ? 1 : 0) / draws;
      });
      network.dispose();
    }
    for (let i = 0; i < 6; i++) {
      const [mu, sigma] = [posterior!.mu[i]!, posterior!.sigma![i]!];
      const error = 4 / Math.sqrt(draws);
      expect(Math.abs(sum[i]! - mu)).toBeLessThanOrEqual(error * sigma);
      expect(Math.abs(Math.sqrt(squares[i]! - sum[i]! ** 2) - sigma)).toBeLessThanOrEqual(0.15 * sigma);
      expect(Math.abs(1 - zeros[i]! - posterior!.inclusion![i]!)).toBeLessThan(0.5 * error);
    }
    expect([posterior!.mu[5], posterior!.sigma![5], posterior!.inclusion![5], zeros[5]]).toEqual([
      0,
      0,
      0,
      expect.closeTo(1, 9),
    ]);
  });
});
