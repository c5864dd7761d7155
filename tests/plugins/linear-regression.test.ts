import { fold, parseOptions, rootKey, uniform, type Batch, type Method } from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import { toyContext } from '@bbb/contract/toy';
import plugins, { gaussianLikelihood, gaussianOf, mlp } from '@bbb/plugins';
import { describe, expect, it } from 'vitest';

const ops = referenceOps();
const KEY = rootKey(31);
const N = 40;
const NOISE = 0.2; // standard deviation, of the standardised target
const BETA = 1 / (NOISE * NOISE);
const SIGMA = 0.8; // prior
const SCALING = { mean: 30, sd: 4 };
const architecture = mlp.create({ hidden: [], activation: 'relu' }, { inputShape: [2], outputs: 1 });
const likelihood = gaussianLikelihood({ noise: 'fixed', sd: NOISE }, SCALING, { kind: 'real' });

/** Two correlated inputs, so that marginal and conditional variances differ, and the column of ones of the bias. */
const noise = uniform(fold(KEY, 'x'), 3 * N, -1, 1);
const X = Array.from({ length: N }, (_, r) => {
  const a = noise[3 * r]!;
  return [a, 0.9 * a + 0.3 * noise[3 * r + 1]!, 1];
});
const Y = X.map(([a, b], r) => 0.7 * a! - 0.4 * b! + 0.2 + 0.2 * noise[3 * r + 2]!);

/** Two minibatches, of even and of odd rows; targets in a unit of their own. */
const batches = [0, 1].map((index): Batch => {
  const rows = Array.from({ length: N / 2 }, (_, i) => 2 * i + index);
  const x = ops.alloc([N / 2, 2]);
  ops.write(
    x,
    rows.flatMap((r) => X[r]!.slice(0, 2)),
  );
  const targets = Float32Array.from(rows, (r) => SCALING.mean + SCALING.sd * Y[r]!);
  return { x, targets, index, batches: 2, examples: N };
});

/** Lambda = beta X'X + I / sigma^2. */
const precision = [0, 1, 2].map((i) =>
  [0, 1, 2].map(
    (j) => BETA * X.reduce((sum, x) => sum + x[i]! * x[j]!, 0) + (i === j ? 1 / (SIGMA * SIGMA) : 0),
  ),
);
const covariance = inverse(precision);
const rhs = [0, 1, 2].map((i) => BETA * X.reduce((sum, row, r) => sum + row[i]! * Y[r]!, 0));

describe('Bayes by Backprop on linear regression with known noise', () => {
  const estimators = [
    { estimator: 'weights', samples: 4, within: 0.1 },
    { estimator: 'flipout', samples: 2, within: 0.1 },
    { estimator: 'local', samples: 1, within: 0.03 },
  ];
  it.each(estimators)('finds the exact mean and the mean-field variance 1 / diag(precision): %j', (one) => {
    const { within, ...options } = one;
    const optimizer = { kind: 'adam', learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
    const context = toyContext(ops, { architecture, likelihood }, optimizer, N);
    const method: Method = plugins.methods!['bbb-gaussian']!;
    const given = { ...options, sigma: SIGMA, rho0: -2, klWeighting: 'uniform' };
    const { model, trainer } = method.create(parseOptions('bbb-gaussian', method.options, given), context);
    const state = trainer.init(model.init(KEY));

    // The rate falls, and the second half of the path is averaged.
    const epochs = 3000;
    const mean = new Float64Array(3);
    const variance = new Float64Array(3);
    for (let epoch = 0; epoch < epochs; epoch++) {
      const learningRate = epoch < epochs / 4 ? 0.02 : 0.002;
      for (const batch of batches) {
        trainer.step(state, batch, { learningRate, key: fold(KEY, 'step', epoch, batch.index) });
      }
      if (epoch < epochs / 2) continue;
      const parameters = ['layers.0.weight', 'layers.0.bias'].flatMap((name) => {
        const { mu, rho } = gaussianOf(state.params, name);
        const rhos = ops.read(rho);
        return [...ops.read(mu)].map((m, i) => [m, Math.log1p(Math.exp(rhos[i]!))] as const);
      });
      parameters.forEach(([m, sigma], i) => {
        mean[i]! += m / (epochs / 2);
        variance[i]! += (sigma * sigma) / (epochs / 2);
      });
    }
    trainer.dispose();

    for (let i = 0; i < 3; i++) {
      const exact = covariance[i]!.reduce((sum, c, j) => sum + c * rhs[j]!, 0);
      expect(Math.abs(mean[i]! - exact)).toBeLessThan(within * Math.sqrt(1 / precision[i]![i]!));
      expect(Math.abs(variance[i]! * precision[i]![i]! - 1)).toBeLessThan(0.05);
    }
    // The test can tell the two apart: the marginal variances are several times larger.
    expect(covariance[0]![0]! * precision[0]![0]!).toBeGreaterThan(3);
  });
});

/** By the adjugate. */
function inverse(m: readonly (readonly number[])[]): number[][] {
  const at = (i: number, j: number): number => m[i % 3]![j % 3]!;
  const cofactor = (i: number, j: number): number =>
    at(i + 1, j + 1) * at(i + 2, j + 2) - at(i + 1, j + 2) * at(i + 2, j + 1);
  const determinant = [0, 1, 2].reduce((sum, j) => sum + at(0, j) * cofactor(0, j), 0);
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => cofactor(j, i) / determinant));
}
