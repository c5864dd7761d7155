import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startTfjs, wasmOps, type Key, type OptimizerStep, type Ops, type Prior } from '@bbb/kernels';
import { check, keys, numbers, part, sizes, type Twin, type Twins } from './twins.js';

const priors = fc.constantFrom<Prior>(
  { kind: 'flat' },
  { kind: 'gaussian', sigma: 0.3 },
  { kind: 'mixture', pi: 0.25, sigma1: 1, sigma2: Math.exp(-6) },
  { kind: 'mixture', pi: 0.5, sigma1: Math.exp(-2), sigma2: Math.exp(-8) },
  { kind: 'mixture', pi: 0.9, sigma1: 0.01, sigma2: 2 },
  { kind: 'mixture', pi: 1, sigma1: 0.5, sigma2: 2 },
  { kind: 'mixture', pi: 0, sigma1: 0.5, sigma2: 2 },
);
const rules = fc.constantFrom<OptimizerStep>(
  { kind: 'sgd', learningRate: 0.1, momentum: 0 },
  { kind: 'sgd', learningRate: 0.1, momentum: 0.9 },
  { kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1 },
  { kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 12345 },
);

describe.each([false, true])(
  'posteriors on the WebAssembly ops against float64, fast math %s',
  (fastMath) => {
    let ops: Ops;
    beforeAll(async () => {
      await startTfjs();
      ops = await wasmOps({ fastMath });
    });

    /** A posterior with a draw and a gradient. Every seventh weight has sigma = 0. */
    function posterior({ twin, run, expectClose }: Twins, n: number, key: Key) {
      const mu = twin(
        [n],
        numbers(part(key, 1), n, (z) => 0.2 * z),
      );
      const rho = twin(
        [n],
        numbers(part(key, 2), n, (z) => -3 + 1.5 * z).map((r, i) => (i % 7 === 3 ? -Infinity : r)),
      );
      const grad = twin(
        [n],
        numbers(part(key, 3), n, (z) => 0.01 * z),
      );
      const w = twin([n]);
      run((on, of) => on.sampleGaussian(of(w), { mu: of(mu), rho: of(rho) }, key));
      expectClose(w, 5e-7, 5e-7);
      // From here on both use the same draw, because the slope of a narrow prior multiplies a difference by its precision.
      run((on, of) => on.write(of(w), ops.read(w.wasm)));
      return { mu, rho, grad, w };
    }

    test('standardNormal', () => {
      check(ops, fc.tuple(sizes, keys), ({ twin, run, expectClose }, [n, key]) => {
        const z = twin([n]);
        run((on, of) => on.standardNormal(of(z), key));
        expectClose(z, 1e-6, 5e-7);
      });
    });

    test('softplus', () => {
      check(ops, fc.tuple(sizes, keys), ({ twin, run, expectClose }, [n, key]) => {
        const [x, y] = [
          twin(
            [n],
            numbers(key, n, (z) => 30 * z),
          ),
          twin([n]),
        ];
        run((on, of) => on.softplus(of(y), of(x)));
        expectClose(y, 2.5e-7, 3e-45);
        run((on, of) => on.softplus(of(x), of(x)));
        expectClose(x, 2.5e-7, 3e-45);
      });
    });

    test('sampleGaussian', () => {
      check(ops, fc.tuple(sizes, keys), (bench, [n, key]) => {
        posterior(bench, n, key);
      });
    });

    test('gaussianGradients, accumulated or not', () => {
      check(ops, fc.tuple(sizes, keys, priors, fc.boolean()), (bench, [n, key, prior, accumulate]) => {
        const { mu, rho, grad, w } = posterior(bench, n, key);
        const [gMu, gRho] = [4, 5].map((p) => bench.twin([n], numbers(part(key, p), n))) as [Twin, Twin];
        bench.run((on, of) =>
          on.gaussianGradients(
            of(gMu),
            of(gRho),
            { mu: of(mu), rho: of(rho) },
            { w: of(w), grad: of(grad), key, prior, klWeight: 1e-3 },
            0.5,
            accumulate,
          ),
        );
        bench.expectClose(gMu, 1e-5, 1e-6);
        bench.expectClose(gRho, 1e-5, 1e-6);
      });
    });

    test('updateGaussian is gaussianGradients and then the optimiser on mu and rho, bit for bit', () => {
      check(ops, fc.tuple(sizes, keys, priors, rules), ({ twin, ...bench }, [n, key, prior, rule]) => {
        const { mu, rho, grad, w } = posterior({ twin, ...bench }, n, key);
        const count = rule.kind === 'adam' ? 2 : rule.momentum ? 1 : 0;
        const state = (first: number) =>
          Array.from({ length: count }, (_, i) =>
            numbers(part(key, first + i), n, (z) => 0.01 * Math.abs(z)),
          );
        const [muStart, rhoStart] = [state(6), state(8)];
        const set = (values: readonly Float32Array[]) => values.map((one) => twin([n], one).wasm);
        const same = (x: Twin): Twin => twin([n], ops.read(x.wasm));
        const sample = { w: w.wasm, grad: grad.wasm, key, prior, klWeight: 1e-3 };
        const [mu2, rho2, gMu, gRho] = [same(mu), same(rho), twin([n]), twin([n])];
        const posterior2 = { mu: mu2.wasm, rho: rho2.wasm };
        const [muMoments, rhoMoments, muMoments2, rhoMoments2] = [
          set(muStart),
          set(rhoStart),
          set(muStart),
          set(rhoStart),
        ];
        ops.updateGaussian({ mu: mu.wasm, rho: rho.wasm }, { ...sample, rule, muMoments, rhoMoments });
        ops.gaussianGradients(gMu.wasm, gRho.wasm, posterior2, sample, 1, false);
        const plain = { prior: { kind: 'flat' }, priorWeight: 0, rule } as const;
        ops.updatePoint(mu2.wasm, { ...plain, grad: gMu.wasm, moments: muMoments2 });
        ops.updatePoint(rho2.wasm, { ...plain, grad: gRho.wasm, moments: rhoMoments2 });
        expect(ops.read(mu.wasm)).toEqual(ops.read(mu2.wasm));
        expect(ops.read(rho.wasm)).toEqual(ops.read(rho2.wasm));
        for (const [fused, composed] of [
          [muMoments, muMoments2],
          [rhoMoments, rhoMoments2],
        ] as const)
          fused.forEach((moment, i) => expect(ops.read(moment)).toEqual(ops.read(composed[i]!)));
      });
    });

    test('sampleGaussian is mu + softplus(rho) standardNormal', () => {
      check(ops, fc.tuple(sizes, keys), (bench, [n, key]) => {
        const { mu, rho, w } = posterior(bench, n, key);
        const [sigma, epsilon] = [bench.twin([n]).wasm, bench.twin([n]).wasm];
        ops.softplus(sigma, rho.wasm);
        ops.standardNormal(epsilon, key);
        const [m, s, e] = [mu.wasm, sigma, epsilon].map((x) => ops.read(x)) as [
          Float32Array,
          Float32Array,
          Float32Array,
        ];
        const expected = m.map((value, i) => Math.fround(value + Math.fround(s[i]! * e[i]!)));
        const drawn = ops.read(w.wasm);
        // With fast math the product is not rounded before it is added.
        if (fastMath) drawn.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6));
        else expect(drawn).toEqual(expected);
      });
    });

    test('updatePoint', () => {
      check(
        ops,
        fc.tuple(sizes, keys, priors, rules),
        ({ twin, run, expectClose }, [n, key, prior, rule]) => {
          const w = twin(
            [n],
            numbers(part(key, 1), n, (z) => 0.2 * z),
          );
          const grad = twin(
            [n],
            numbers(part(key, 2), n, (z) => 0.1 * z),
          );
          const moments = [3, 4].slice(0, rule.kind === 'adam' ? 2 : rule.momentum ? 1 : 0).map((p) =>
            twin(
              [n],
              numbers(part(key, p), n, (z) => 0.01 * z * z),
            ),
          );
          const before = ops.read(grad.wasm);
          run((on, of) =>
            on.updatePoint(of(w), {
              grad: of(grad),
              prior,
              priorWeight: 1e-3,
              rule,
              moments: moments.map(of),
            }),
          );
          expectClose(w, 1e-6, 1e-6);
          for (const moment of moments) expectClose(moment, 1e-5, 1e-6);
          expect(ops.read(grad.wasm)).toEqual(before);
        },
      );
    });

    test('complexityCost and logPrior', () => {
      check(ops, fc.tuple(sizes, keys, priors), (bench, [n, key, prior]) => {
        const { mu, rho, w } = posterior(bench, n, key);
        const cost = bench.run((on, of) =>
          on.complexityCost({ mu: of(mu), rho: of(rho) }, of(w), key, prior),
        );
        // The rounding error of w, times the precision of the narrow component.
        expect(Math.abs(cost.wasm - cost.reference)).toBeLessThan(
          1e-5 * Math.abs(cost.reference) + 2e-2 * Math.sqrt(n),
        );
        const draws = bench.twin([n], ops.read(w.wasm));
        const log = bench.run((on, of) => on.logPrior(of(draws), prior));
        expect(Math.abs(log.wasm - log.reference)).toBeLessThanOrEqual(1e-6 * (Math.abs(log.reference) + n));
      });
    });
  },
);
