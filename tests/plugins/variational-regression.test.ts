import { describe, expect, it } from 'vitest';
import { fold } from '@bbb/core';
import { A, B, batches, KEY, methodOn, ops, trainOn } from './support/linear-regression.js';
import { solve } from '../support/linear-algebra.js';

const SIGMA = 0.8;

describe('IVON on linear regression with known noise', () => {
  // klWeight multiplies the KL. This has the same optimum as a likelihood multiplied by 1 / klWeight.
  it.each([
    { klWeight: 1, samples: 1 },
    { klWeight: 4, samples: 2 },
  ])('finds the exact mean and the mean-field variance 1 / diag(precision): %j', ({ klWeight, samples }) => {
    const precision = A.map((row, i) => row.map((a, j) => a / klWeight + (i === j ? SIGMA ** -2 : 0)));
    const exact = solve(
      precision,
      B.map((b) => b / klWeight),
    );
    const { mean, variance } = trainOn(
      'ivon',
      { sigma: SIGMA, sigma0: 0.05, beta2: 0.99, samples, klWeight, rateScale: 1 },
      [0.02, 0.005],
      3000,
    );
    exact.forEach((m, i) => {
      expect(Math.abs(mean[i]! - m) * Math.sqrt(precision[i]![i]!)).toBeLessThan(0.1);
      expect(Math.abs(variance[i]! * precision[i]![i]! - 1)).toBeLessThan(0.05);
    });
  });
});

describe('sparse variational dropout on linear regression with known noise', () => {
  const [K1, K2, K3] = [0.63576, 1.8732, 1.48695];
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  /** The expectation of w' A w / 2 - b' w, and the KL as printed in its paper. */
  const cost = (mu: readonly number[], logSigma: readonly number[]): number =>
    mu.reduce((sum, m, i) => {
      const variance = Math.exp(2 * logSigma[i]!);
      const logAlpha = Math.max(-8, Math.min(8, Math.log(variance / (m * m))));
      const negative = K1 * sigmoid(K2 + K3 * logAlpha) - 0.5 * Math.log(1 + Math.exp(-logAlpha)) - K1;
      const quadratic =
        A[i]!.reduce((part, a, j) => part + a * m * mu[j]!, 0) / 2 + (A[i]![i]! * variance) / 2;
      return sum + quadratic - B[i]! * m - negative;
    }, 0);

  /**
   * The optimum by coordinate descent with decreasing steps. It uses no gradient, and shares no code with the
   * method.
   */
  function optimum(start: readonly number[]): { mu: number[]; variance: number[] } {
    const x = [...start, ...start.map(() => -2)];
    const value = (): number => cost(x.slice(0, 3), x.slice(3));
    for (let step = 0.2; step > 1e-5; step /= 2) {
      for (let moved = true; moved;) {
        moved = false;
        for (let i = 0; i < x.length; i++) {
          for (const way of [step, -step]) {
            const before = value();
            x[i]! += way;
            if (value() < before) moved = true;
            else x[i]! -= way;
          }
        }
      }
    }
    return { mu: x.slice(0, 3), variance: x.slice(3).map((s) => Math.exp(2 * s)) };
  }

  it('ends at the minimum of the exact expectation plus the KL of the paper, also with one of two correlated weights removed', () => {
    const best = optimum(solve(A, B));
    const { mean, variance } = trainOn('sparse-vd', { rho0: -2, klWarmUp: 0 }, [0.02, 0.002], 3000);
    for (const i of [0, 2]) {
      expect(Math.abs(mean[i]! - best.mu[i]!) / Math.sqrt(best.variance[i]!)).toBeLessThan(0.05);
      expect(Math.abs(variance[i]! / best.variance[i]! - 1)).toBeLessThan(0.05);
    }
    // Maximum likelihood gives -0.34 for this weight. The prior moves its mean and its variance close to 0.
    expect(solve(A, B)[1]).toBeLessThan(-0.3);
    for (const { mu, variances } of [
      { mu: best.mu, variances: best.variance },
      { mu: mean, variances: variance },
    ]) {
      expect(Math.abs(mu[1]!)).toBeLessThan(1e-3);
      expect(variances[1]! * A[1]![1]!).toBeLessThan(0.05);
    }
  });
});

describe('concrete dropout on linear regression with known noise', () => {
  const SCALE = 0.5;
  // The data are few but clear. With a KL of weight 1, the dropout rate would be 0.001.
  const KL = 8;
  const INPUTS = [0, 1] as const;
  /**
   * The expected loss from the masks of dropout, whose variance is p / (1 - p) for every input. Its minimum over
   * the weights solves a linear system, so a search over p finds the optimum.
   */
  const best = (p: number): { w: number[]; cost: number } => {
    const prior = KL * SCALE ** -2;
    const M = A.map((row, i) =>
      row.map((a, j) => {
        if (i !== j) return a;
        return i === 2 ? a + prior : a + (a * p) / (1 - p) + prior / (1 - p);
      }),
    );
    const w = solve(M, B);
    const quadratic = w.reduce(
      (sum, x, i) => sum + x * (M[i]!.reduce((part, m, j) => part + m * w[j]!, 0) / 2 - B[i]!),
      0,
    );
    const entropy = -p * Math.log(p) - (1 - p) * Math.log(1 - p);
    return { w, cost: quadratic - KL * INPUTS.length * entropy };
  };

  it('learns the rate and the weights that minimise the exact expectation plus the KL', () => {
    const grid = Array.from({ length: 998 }, (_, i) => (i + 1) / 1000);
    const rate = grid.reduce((a, b) => (best(b).cost < best(a).cost ? b : a));
    expect(rate).toBeGreaterThan(0.02);
    const options = { p: 0.3, sigma: SCALE, temperature: 0.02, klWeight: KL };
    const { model, trainer } = methodOn('concrete-dropout', options, 0.01);
    const state = trainer.init(model.init(KEY));
    const [epochs, sums] = [2000, [0, 0, 0, 0]];
    for (let epoch = 0; epoch < epochs; epoch++) {
      const learningRate = epoch < epochs / 4 ? 0.01 : 0.002;
      for (const batch of batches)
        trainer.step(state, batch, { learningRate, key: fold(KEY, 'step', epoch, batch.index) });
      if (epoch < epochs / 2) continue;
      const logit = ops.read(state.params['dropout.0.logit']!)[0]!;
      const weights = model.posterior(state.params).flatMap(({ mu }) => [...mu]);
      [...weights, 1 / (1 + Math.exp(-logit))].forEach((value, i) => (sums[i]! += value / (epochs / 2)));
    }
    trainer.dispose();
    expect(Math.abs(sums[3]! / rate - 1)).toBeLessThan(0.1);
    best(rate).w.forEach((w, i) => expect(Math.abs(sums[i]! - w)).toBeLessThan(0.02));
  });
});
