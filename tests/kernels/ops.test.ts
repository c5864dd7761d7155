import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startTfjs, wasmOps, type Key, type OptimizerStep, type Ops, type Prior } from '@bbb/kernels';
import { numbers, part, twins, type Twin, type Twins } from './twins.js';

// Sizes around vectors of 4, groups of 16 and blocks of 512.
const sizes = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(511, 512, 513, 1000, 1030));
const keys = fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff));
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

describe.each([false, true])('the WebAssembly ops against float64, fast math %s', (fastMath) => {
  let ops: Ops;
  beforeAll(async () => {
    await startTfjs();
    ops = await wasmOps({ fastMath });
  });

  function check<T>(values: fc.Arbitrary<T>, body: (bench: Twins, values: T) => void, runs = 60): void {
    const property = fc.property(values, (drawn) => {
      const bench = twins(ops);
      try {
        body(bench, drawn);
      } finally {
        bench.free();
      }
    });
    fc.assert(property, { numRuns: runs, seed: 3 });
  }

  /** A posterior with a draw, a gradient and, every seventh weight, sigma = 0. */
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
    // The same draw for both from here on: the slope of a narrow prior would multiply the difference by its precision.
    run((on, of) => on.write(of(w), ops.read(w.wasm)));
    return { mu, rho, grad, w };
  }

  test('standardNormal', () => {
    check(fc.tuple(sizes, keys), ({ twin, run, expectClose }, [n, key]) => {
      const z = twin([n]);
      run((on, of) => on.standardNormal(of(z), key));
      expectClose(z, 1e-6, 5e-7);
    });
  });

  test('softplus', () => {
    check(fc.tuple(sizes, keys), ({ twin, run, expectClose }, [n, key]) => {
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
    check(fc.tuple(sizes, keys), (bench, [n, key]) => {
      posterior(bench, n, key);
    });
  });

  test('gaussianGradients, accumulated or not', () => {
    check(fc.tuple(sizes, keys, priors, fc.boolean()), (bench, [n, key, prior, accumulate]) => {
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
    check(fc.tuple(sizes, keys, priors, rules), ({ twin, ...bench }, [n, key, prior, rule]) => {
      const { mu, rho, grad, w } = posterior({ twin, ...bench }, n, key);
      const count = rule.kind === 'adam' ? 2 : rule.momentum ? 1 : 0;
      const state = (first: number) =>
        Array.from({ length: count }, (_, i) => numbers(part(key, first + i), n, (z) => 0.01 * Math.abs(z)));
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
    check(fc.tuple(sizes, keys), (bench, [n, key]) => {
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
      expect(ops.read(w.wasm)).toEqual(expected);
    });
  });

  test('updatePoint', () => {
    check(fc.tuple(sizes, keys, priors, rules), ({ twin, run, expectClose }, [n, key, prior, rule]) => {
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
        on.updatePoint(of(w), { grad: of(grad), prior, priorWeight: 1e-3, rule, moments: moments.map(of) }),
      );
      expectClose(w, 1e-6, 1e-6);
      for (const moment of moments) expectClose(moment, 1e-5, 1e-6);
      expect(ops.read(grad.wasm)).toEqual(before);
    });
  });

  test('complexityCost and logPrior', () => {
    check(fc.tuple(sizes, keys, priors), (bench, [n, key, prior]) => {
      const { mu, rho, w } = posterior(bench, n, key);
      const cost = bench.run((on, of) => on.complexityCost({ mu: of(mu), rho: of(rho) }, of(w), key, prior));
      // w's rounding, times the narrow component's precision.
      expect(Math.abs(cost.wasm - cost.reference)).toBeLessThan(
        1e-5 * Math.abs(cost.reference) + 2e-2 * Math.sqrt(n),
      );
      const draws = bench.twin([n], ops.read(w.wasm));
      const log = bench.run((on, of) => on.logPrior(of(draws), prior));
      expect(Math.abs(log.wasm - log.reference)).toBeLessThanOrEqual(1e-6 * (Math.abs(log.reference) + n));
    });
  });

  test('dropout keeps the same elements; p = 0 copies bit for bit', () => {
    const p = fc.constantFrom(0, 0.01, 0.2, 0.5, 0.9, 1 - 2 ** -33);
    check(fc.tuple(sizes, keys, p), ({ twin, run, expectClose }, [n, key, drop]) => {
      const [x, y] = [twin([n], numbers(part(key, 1), n)), twin([n])];
      run((on, of) => on.dropout(of(y), of(x), drop, key));
      expectClose(y, 1.5e-7);
      if (drop === 0) expect(ops.read(y.wasm)).toEqual(ops.read(x.wasm));
      run((on, of) => on.dropout(of(x), of(x), drop, key));
      expect(ops.read(x.wasm)).toEqual(ops.read(y.wasm));
    });
  });

  const tables = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 40 }), keys);

  test('matmul with bias and relu', () => {
    const options = fc.record({ transposeA: fc.boolean(), transposeB: fc.boolean(), relu: fc.boolean() });
    check(
      fc.tuple(tables, fc.integer({ min: 1, max: 30 }), options),
      ({ twin, run, expectClose }, [[m, n, key], k, options]) => {
        const a = twin(options.transposeA ? [k, m] : [m, k], numbers(part(key, 1), m * k));
        const b = twin(options.transposeB ? [n, k] : [k, n], numbers(part(key, 2), k * n));
        const [bias, c] = [twin([n], numbers(part(key, 3), n)), twin([m, n])];
        run((on, of) => on.matmul(of(c), of(a), of(b), { ...options, bias: of(bias) }));
        expectClose(c, 1e-6, 1e-5);
      },
    );
  });

  test('sumRows and reluBackward', () => {
    check(tables, ({ twin, run, expectClose }, [m, n, key]) => {
      const [a, sums] = [twin([m, n], numbers(key, m * n)), twin([n])];
      run((on, of) => on.sumRows(of(sums), of(a)));
      expectClose(sums, 1e-6, 1e-5);
      const activation = twin(
        [m, n],
        numbers(part(key, 1), m * n, (z) => Math.max(0, z)),
      );
      run((on, of) => on.reluBackward(of(a), of(activation), 1.25));
      expectClose(a, 1e-7);
    });
  });

  test('softmaxCrossEntropy and softmax, large logits and ties included', () => {
    check(
      fc.tuple(tables, fc.constantFrom(1, 100)),
      ({ twin, run, expectClose }, [[rows, classes, key], spread]) => {
        const values = numbers(key, rows * classes, (z) => Math.round(4 * z * spread) / 4);
        const labels = Uint8Array.from({ length: rows }, (_, r) => (r * 7 + key[0]) % classes);
        const [logits, grad] = [twin([rows, classes], values), twin([rows, classes])];
        const result = run((on, of) => on.softmaxCrossEntropy(of(logits), labels, of(grad), 0.5));
        expect(result.wasm.correct).toBe(result.reference.correct);
        expect(Math.abs(result.wasm.nll - result.reference.nll)).toBeLessThan(
          1e-6 * (rows + result.reference.nll),
        );
        expectClose(grad, 1e-6, 1e-7);
        const sum = twin([rows, classes], numbers(part(key, 1), rows * classes));
        run((on, of) => on.softmax(of(sum), of(logits), true));
        expectClose(sum, 1e-6, 1e-7);
        run((on, of) => on.softmaxCrossEntropy(of(logits), labels, of(logits), 0.5));
        expect(ops.read(logits.wasm)).toEqual(ops.read(grad.wasm));
      },
    );
  });

  test('gatherPixels divides exactly', () => {
    check(
      fc.tuple(fc.integer({ min: 1, max: 9 }), sizes, fc.constantFrom(255, 126, 1)),
      ({ twin, run }, [rows, pixels, divisor]) => {
        const images = Uint8Array.from({ length: 12 * pixels }, (_, i) => (i * 37) & 255);
        const order = Uint32Array.from({ length: rows }, (_, r) => (r * 5 + 1) % 12);
        const out = twin([rows, pixels]);
        run((on, of) => on.gatherPixels(of(out), images, order, divisor));
        const expected = Float32Array.from({ length: rows * pixels }, (_, i) => {
          return images[order[Math.floor(i / pixels)]! * pixels + (i % pixels)]! / divisor;
        });
        expect(ops.read(out.wasm)).toEqual(expected);
      },
    );
  });

  test('fillWhereZero and copy', () => {
    check(fc.tuple(sizes, keys), ({ twin, run, expectClose }, [n, key]) => {
      const [x, y] = [twin([n], numbers(key, n)), twin([n])];
      const keep = Uint8Array.from({ length: n }, (_, i) => (i * i) % 3);
      run((on, of) => on.fillWhereZero(of(x), keep, -Infinity));
      run((on, of) => on.copy(of(y), of(x)));
      expectClose(y, 0);
      expect(ops.read(y.wasm).filter((value) => value === -Infinity)).toHaveLength(
        keep.filter((k) => k === 0).length,
      );
    });
  });
});
