import { beforeAll, describe, expect, test } from 'vitest';
import { startTfjs, wasmOps, type Ops, type Prior } from '@bbb/kernels';
import { twins } from './twins.js';

type Mixture = Prior & { readonly kind: 'mixture' };

/** Odds from 1 to values that neither float32 nor float64 can represent. */
const CASES = [0.75, 0.25, 1e-3, 1e-10, 1e-20, 1e-40, 1e-100, 1e-300].flatMap((pi) =>
  [1, 2, 6, 12, 20].map((ratio) => ({ pi, ratio })),
);

const logOddsOf = ({ pi, sigma1, sigma2 }: Mixture): number =>
  Math.log1p(-pi) - Math.log(pi) + Math.log(sigma1) - Math.log(sigma2);

/** Weights near and far from the one where both components are equally likely, of both signs. */
function weightsAround(prior: Mixture): Float32Array {
  const { sigma1, sigma2 } = prior;
  const curvature = (1 / (sigma2 * sigma2) - 1 / (sigma1 * sigma1)) / 2;
  const crossover = Math.sqrt(Math.max(logOddsOf(prior), 1) / curvature);
  const factors = [0, 0.01, 0.3, 0.9, 0.99, 0.999, 1, 1.001, 1.01, 1.1, 2, 10, 1000];
  return Float32Array.from([...factors, ...factors.map((f) => -f)], (factor) => factor * crossover);
}

describe.each([false, true])('the mixture prior against float64, fast math %s', (fastMath) => {
  let ops: Ops;
  beforeAll(async () => {
    await startTfjs();
    ops = await wasmOps({ fastMath });
  });

  test.each(CASES)('pi $pi, sigma2 e^-$ratio: slope and density agree with float64', ({ pi, ratio }) => {
    const prior: Mixture = { kind: 'mixture', pi, sigma1: 1, sigma2: Math.exp(-ratio) };
    const { twin, run, expectClose, free } = twins(ops);
    const values = weightsAround(prior);
    const n = values.length;
    const w = twin([n], values);
    const [mu, rho, grad, slope, other] = [twin([n]), twin([n]), twin([n]), twin([n]), twin([n])];
    run((on, of) => {
      const sample = { w: of(w), grad: of(grad), key: [0, 0], prior, klWeight: 1 } as const;
      on.gaussianGradients(of(slope), of(other), { mu: of(mu), rho: of(rho) }, sample, 1, false);
    });
    // There the logarithm of the odds is a float32, so its rounding is a relative error of the odds.
    const rounding = 2e-5 + 4e-7 * logOddsOf(prior);
    expectClose(slope, rounding);
    for (const value of values) {
      const one = twin([1], [value]);
      const log = run((on, of) => on.logPrior(of(one), prior));
      expect(Math.abs(log.wasm - log.reference)).toBeLessThanOrEqual(
        rounding + 1e-6 * Math.abs(log.reference),
      );
    }
    free();
  });

  test('NaN stays NaN', () => {
    const { twin, free } = twins(ops);
    const [w, grad] = [twin([4], [NaN, 1, Infinity, 0]).wasm, twin([4]).wasm];
    const prior: Mixture = { kind: 'mixture', pi: 1e-20, sigma1: 1, sigma2: 0.0025 };
    const rule = { kind: 'sgd', learningRate: 1, momentum: 0 } as const;
    ops.updatePoint(w, { grad, prior, priorWeight: 1e-3, rule, moments: [] });
    expect([...ops.read(w)].map(Number.isNaN)).toEqual([true, false, expect.any(Boolean), false]);
    free();
  });
});
