import { describe, expect, it } from 'vitest';
import { A, B, trainOn } from './support/linear-regression.js';
import { solve } from '../support/linear-algebra.js';

const SIGMA = 0.8; // prior

/** Lambda = beta X'X + I / sigma^2. */
const precision = A.map((row, i) => row.map((a, j) => a + (i === j ? SIGMA ** -2 : 0)));

describe('Bayes by Backprop on linear regression with known noise', () => {
  const estimators = [
    { estimator: 'weights', samples: 4, within: 0.1 },
    { estimator: 'flipout', samples: 2, within: 0.1 },
    { estimator: 'local', samples: 1, within: 0.03 },
  ];
  it.each(estimators)('finds the exact mean and the mean-field variance 1 / diag(precision): %j', (one) => {
    const { within, ...options } = one;
    const given = { ...options, sigma: SIGMA, rho0: -2, klWeighting: 'uniform' };
    const { mean, variance } = trainOn('bbb-gaussian', given, [0.02, 0.002], 3000);
    solve(precision, B).forEach((exact, i) => {
      expect(Math.abs(mean[i]! - exact)).toBeLessThan(within * Math.sqrt(1 / precision[i]![i]!));
      expect(Math.abs(variance[i]! * precision[i]![i]! - 1)).toBeLessThan(0.05);
    });
    // The test can distinguish the two, because the marginal variances are several times larger.
    const marginal = solve(precision, [1, 0, 0])[0]!;
    expect(marginal * precision[0]![0]!).toBeGreaterThan(3);
  });
});
