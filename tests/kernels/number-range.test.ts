import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startTfjs, wasmOps, type Ops, type Prior } from '@bbb/kernels';
import { twins } from './twins.js';

/** The limits of the options: pieces/option-schemas.ts of plugins and trial/schema.ts of core. */
const SIGMA = { least: 1e-9, most: 1e18 };
const EPSILON = 1e-18;
const RHO = -80;

const tenTo = (low: number, high: number): fc.Arbitrary<number> =>
  fc.double({ min: low, max: high, noNaN: true }).map((exponent) => 10 ** exponent);
const sigmas = fc.oneof(fc.constantFrom(SIGMA.least, SIGMA.most), tenTo(-9, 18));
const priors: fc.Arbitrary<Prior> = fc.oneof(
  sigmas.map((sigma) => ({ kind: 'gaussian' as const, sigma })),
  fc.record({
    kind: fc.constant('mixture' as const),
    pi: fc.constantFrom(1e-10, 0.25, 0.5, 0.75),
    sigma1: sigmas,
    sigma2: sigmas,
  }),
);
const weights = fc.array(
  fc.tuple(fc.constantFrom(-1, 1), tenTo(-6, 1)).map(([sign, w]) => Math.fround(sign * w)),
  { minLength: 1, maxLength: 9 },
);

let ops: Ops;
beforeAll(async () => {
  await startTfjs();
  ops = await wasmOps();
});

describe('at the bounds of the options float32 agrees with float64', () => {
  test('slope and density of every prior', () => {
    fc.assert(
      fc.property(priors, weights, (prior, values) => {
        const { twin, run, free } = twins(ops);
        const n = values.length;
        const [mu, rho, grad, slope, other] = [twin([n]), twin([n]), twin([n]), twin([n]), twin([n])];
        const w = twin([n], values);
        run((on, of) => {
          const sample = { w: of(w), grad: of(grad), key: [0, 0], prior, klWeight: 1 } as const;
          on.gaussianGradients(of(slope), of(other), { mu: of(mu), rho: of(rho) }, sample, 1, false);
        });
        const read = run((on, of) => on.read(of(slope)));
        read.reference.forEach((expected, i) => {
          // The odds are rounded, and odds below 2^-124 are replaced by it.
          expect(Math.abs(read.wasm[i]! - expected)).toBeLessThanOrEqual(1e-4 * Math.abs(expected) + 1e-15);
        });
        const log = run((on, of) => on.logPrior(of(w), prior));
        expect(Math.abs(log.wasm - log.reference)).toBeLessThanOrEqual(
          2e-5 * (Math.abs(log.reference) + 50 * n),
        );
        free();
      }),
      { numRuns: 300 },
    );
  });

  test('a step of Adam, for gradients whose squares underflow too', () => {
    const learningRate = 0.125;
    fc.assert(
      fc.property(
        fc.array(tenTo(-40, 15), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 5 }),
        (values, steps) => {
          const { twin, run, free } = twins(ops);
          const n = values.length + 1;
          const [w, m, v] = [twin([n]), twin([n]), twin([n])];
          // One gradient is 0, as that of a pixel that is always 0.
          const grad = twin([n], [0, ...values]);
          for (let step = 1; step <= steps; step++) {
            const rule = {
              kind: 'adam',
              learningRate,
              beta1: 0.9,
              beta2: 0.999,
              epsilon: EPSILON,
              step,
            } as const;
            run((on, of) =>
              on.updatePoint(of(w), {
                grad: of(grad),
                prior: { kind: 'flat' },
                priorWeight: 0,
                rule,
                moments: [of(m), of(v)],
              }),
            );
          }
          const read = run((on, of) => on.read(of(w)));
          read.reference.forEach((expected, i) =>
            expect(Math.abs(read.wasm[i]! - expected)).toBeLessThanOrEqual(1e-3 * learningRate * steps),
          );
          free();
        },
      ),
    );
  });

  test('sigma = log(1 + e^rho) and its inverse are still finite numbers', () => {
    const { twin, run, free } = twins(ops);
    const [mu, rho, w, grad] = [
      twin([4], [0, 0.1, -1, 3]),
      twin([4], [RHO, RHO, RHO, 0]),
      twin([4]),
      twin([4], [1, 1, 1, 1]),
    ];
    const [gMu, gRho, sigma] = [twin([4]), twin([4]), twin([4])];
    const prior = { kind: 'gaussian', sigma: 1 } as const;
    run((on, of) => {
      const posterior = { mu: of(mu), rho: of(rho) };
      on.softplus(of(sigma), of(rho));
      on.sampleGaussian(of(w), posterior, [1, 2]);
      const sample = { w: of(w), grad: of(grad), key: [1, 2], prior, klWeight: 0.5 } as const;
      on.gaussianGradients(of(gMu), of(gRho), posterior, sample, 1, false);
    });
    for (const x of [sigma, gRho, gMu]) {
      const read = run((on, of) => on.read(of(x)));
      read.reference.forEach((expected, i) => expect(read.wasm[i]! / expected).toBeCloseTo(1, 4));
    }
    const cost = run((on, of) => on.complexityCost({ mu: of(mu), rho: of(rho) }, of(w), [1, 2], prior));
    expect(cost.wasm / cost.reference).toBeCloseTo(1, 5);
    free();
  });
});

test.each([1, 1.8e19, 3e38, -3e38])('the flat prior of a weight of %d is 0 nats', (value) => {
  const { twin, run, free } = twins(ops);
  const [w, mu, rho] = [twin([5]), twin([5]), twin([5])];
  for (const x of [w, mu])
    run((on, of) =>
      on.write(
        of(x),
        Array.from({ length: 5 }, () => value),
      ),
    );
  expect(run((on, of) => on.logPrior(of(w), { kind: 'flat' })).wasm).toBe(0);
  const cost = run((on, of) =>
    on.complexityCost({ mu: of(mu), rho: of(rho) }, of(w), [0, 1], { kind: 'flat' }),
  );
  expect(cost.wasm).toBeCloseTo(cost.reference, 4);
  free();
});
