import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { referenceOps, startTfjs, wasmOps, type Key, type Ops, type Prior } from '@bbb/kernels';
import { check, keys, numbers, part, sizes, twins, type Twins } from './twins.js';

const LOG_UNIFORM = { kind: 'log-uniform' } as const;

describe.each([false, true])(
  'variational ops on the WebAssembly ops against float64, fast math %s',
  (fastMath) => {
    let ops: Ops;
    beforeAll(async () => {
      await startTfjs();
      ops = await wasmOps({ fastMath });
    });
    const random = ({ twin }: Twins, n: number, key: Key, of?: (z: number, i: number) => number) =>
      twin(
        [n],
        numbers(key, n).map((z, i) => (of ? of(z, i) : z)),
      );

    test('localGradients and gaussianKl under the log-uniform prior, at alpha of all sizes', () => {
      check(ops, fc.tuple(sizes, keys, fc.boolean()), (bench, [n, key, accumulate]) => {
        const mu = random(bench, n, part(key, 1), (z, i) => (i % 11 === 5 ? 0 : 0.2 * z));
        const rho = random(bench, n, part(key, 2), (z, i) => (i % 7 === 3 ? -Infinity : -3 + 2 * z));
        const [meanGrad, varianceGrad] = [random(bench, n, part(key, 3)), random(bench, n, part(key, 4))];
        const [gMu, gRho] = [random(bench, n, part(key, 5)), random(bench, n, part(key, 6))];
        bench.run((on, of) => {
          const gradients = {
            meanGrad: of(meanGrad),
            varianceGrad: of(varianceGrad),
            prior: LOG_UNIFORM,
            klWeight: 0.01,
          };
          on.localGradients(of(gMu), of(gRho), { mu: of(mu), rho: of(rho) }, gradients, 0.5, accumulate);
        });
        bench.expectClose(gMu, 5e-6, 2e-6);
        bench.expectClose(gRho, 5e-6, 2e-6);
        const kl = bench.run((on, of) => on.gaussianKl({ mu: of(mu), rho: of(rho) }, LOG_UNIFORM));
        expect(Math.abs(kl.wasm - kl.reference)).toBeLessThan(1e-6 * (n + kl.reference));
      });
    });

    test('the results of the variance op give the same bits as computing them again', () => {
      const priors = fc.constantFrom(LOG_UNIFORM, { kind: 'gaussian', sigma: 0.3 } as const);
      check(ops, fc.tuple(sizes, keys, priors), (bench, [n, key, prior]) => {
        const mu = random(bench, n, part(key, 1), (z) => 0.2 * z);
        const rho = random(bench, n, part(key, 2), (z, i) => (i % 7 === 3 ? -Infinity : -3 + 2 * z));
        const [meanGrad, varianceGrad] = [random(bench, n, part(key, 3)), random(bench, n, part(key, 4))];
        const [variance, ratio, alone] = [bench.twin([n]), bench.twin([n]), bench.twin([n])];
        bench.run((on, of) => on.variance(of(variance), of(rho), of(ratio)));
        ops.variance(alone.wasm, rho.wasm);
        expect(ops.read(variance.wasm)).toEqual(ops.read(alone.wasm));
        bench.expectClose(ratio, 2e-6);
        const rule = {
          kind: 'adam',
          learningRate: 0.01,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
          step: 2,
        } as const;
        const after = [undefined, { variance: variance.wasm, ratio: ratio.wasm }].map((spread) => {
          const [m, r] = [mu, rho].map((x) => bench.twin([n], ops.read(x.wasm)).wasm);
          const moments = [0, 1, 2, 3].map(() => bench.twin([n]).wasm);
          const gradients = {
            meanGrad: meanGrad.wasm,
            varianceGrad: varianceGrad.wasm,
            prior,
            klWeight: 0.01,
          };
          const [gMu, gRho] = [bench.twin([n]).wasm, bench.twin([n]).wasm];
          const known = { ...gradients, ...(spread ? { spread } : {}) };
          ops.localGradients(gMu, gRho, { mu: m!, rho: r! }, known, 1, false);
          ops.updateLocal(
            { mu: m!, rho: r! },
            { ...known, rule, muMoments: moments.slice(0, 2), rhoMoments: moments.slice(2) },
          );
          return [m!, r!, gMu, gRho, ...moments].map((x) => ops.read(x));
        });
        expect(after[1]).toEqual(after[0]);
      });
    });

    test('updateIvon from a draw, and from the mean of products; a weight without variance stays', () => {
      check(ops, fc.tuple(sizes, keys), (bench, [n, key]) => {
        const mu = random(bench, n, part(key, 1), (z) => 0.2 * z);
        const variance = random(bench, n, part(key, 2), (z, i) => (i % 7 === 3 ? 0 : 1e-3 * (0.1 + z * z)));
        const [momentum, grad] = [random(bench, n, part(key, 3)), random(bench, n, part(key, 4))];
        const starts = [mu, variance, momentum].map(({ wasm }) => ops.read(wasm));
        const w = bench.twin([n]);
        bench.run((on, of) => on.sampleActivations(of(w), of(mu), of(variance), key));
        const update = { beta1: 0.9, beta2: 0.95, examples: 700, priorPrecision: 40, rate: 3, pull: 0.1 };
        const [before, kept] = [ops.read(mu.wasm), ops.read(variance.wasm)];
        bench.run((on, of) =>
          on.updateIvon(
            { mu: of(mu), variance: of(variance) },
            { momentum: of(momentum), grad: of(grad), w: of(w), ...update },
          ),
        );
        bench.expectClose(momentum, 1e-6, 1e-6);
        bench.expectClose(variance, 3e-5);
        bench.expectClose(mu, 1e-5, 1e-5);
        ops.read(variance.wasm).forEach((v, i) => {
          expect(v).toBeLessThanOrEqual(2.000001 * kept[i]!);
          if (kept[i] === 0) expect([v, ops.read(mu.wasm)[i]]).toEqual([0, before[i]]);
        });
        const product = bench.twin([n]).wasm;
        const others = starts.map((values) => bench.twin([n], values).wasm);
        ops.subtract(product, w.wasm, others[0]!);
        ops.multiply(product, product, grad.wasm);
        const again = { momentum: others[2]!, grad: grad.wasm, product, ...update };
        ops.updateIvon({ mu: others[0]!, variance: others[1]! }, again);
        [mu, variance, momentum].forEach(({ wasm }, i) =>
          expect(ops.read(wasm)).toEqual(ops.read(others[i]!)),
        );
      });
    });

    test('concreteMask, for every element or for every channel of an example', () => {
      const shapes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), sizes);
      const rates = fc.constantFrom(0.01, 0.1, 0.5, 0.9);
      check(ops, fc.tuple(shapes, rates, keys), (bench, [[examples, positions, channels], p, key]) => {
        const mask = bench.twin([examples, positions, channels]);
        bench.run((on, of) => on.concreteMask(of(mask), p, 0.1, key, positions));
        bench.expectClose(mask, 3e-5, 2e-5);
        const flat = bench.twin([examples, channels]).wasm;
        ops.concreteMask(flat, p, 0.1, key);
        const [values, rows] = [ops.read(mask.wasm), ops.read(flat)];
        values.forEach((value, i) => {
          const at = Math.floor(i / (positions * channels)) * channels + (i % channels);
          if (value !== rows[at]) expect.fail(`element ${i} is ${value}, its channel ${rows[at]}`);
        });
      });
    });

    test.each([
      { kind: 'laplace', scale: 0.1 },
      ...[0.75, 0.25, 1e-3, 1e-20].flatMap((pi) =>
        [1.5, 20, 1e4].map(
          (ratio) => ({ kind: 'laplace-mixture', pi, scale1: 0.5, scale2: 0.5 / ratio }) as const,
        ),
      ),
      { kind: 'laplace-mixture', pi: 0.3, scale1: 0.01, scale2: 1 },
      { kind: 'laplace-mixture', pi: 1, scale1: 0.3, scale2: 0.1 },
    ] as Prior[])('slope and density of %j agree with float64', (prior) => {
      const { twin, run, expectClose, free } = twins(ops);
      const values = Float32Array.from([0, 1e-6, 1e-4, 0.003, 0.02, 0.1, 0.7, 3, 40].flatMap((w) => [w, -w]));
      const n = values.length;
      const w = twin([n], values);
      const [mu, rho, grad, slope, other] = [twin([n]), twin([n]), twin([n]), twin([n]), twin([n])];
      run((on, of) => {
        const sample = { w: of(w), grad: of(grad), key: [0, 0], prior, klWeight: 1 } as const;
        on.gaussianGradients(of(slope), of(other), { mu: of(mu), rho: of(rho) }, sample, 1, false);
      });
      expectClose(slope, 3e-5);
      for (const value of values) {
        const one = twin([1], [value]);
        const log = run((on, of) => on.logPrior(of(one), prior));
        expect(Math.abs(log.wasm - log.reference)).toBeLessThanOrEqual(2e-5 + 2e-6 * Math.abs(log.reference));
      }
      free();
    });
  },
);

describe('variational ops in float64', () => {
  const ops = referenceOps();
  const operand = (values: readonly number[]) => {
    const x = ops.alloc([values.length]);
    ops.write(x, values);
    return x;
  };
  /** mu = 1 and sigma = e^(l / 2): alpha = e^l. */
  const klAt = (l: number): number => {
    const sigma = Math.exp(l / 2);
    const rho = sigma > 30 ? sigma : Math.log(Math.expm1(sigma));
    return ops.gaussianKl({ mu: operand([1]), rho: operand([rho]) }, LOG_UNIFORM);
  };

  test('the KL under the log-uniform prior is the integral that it approximates, up to its constant', () => {
    // -KL = log(alpha) / 2 - E log |e| + C with e ~ N(1, alpha) (Kingma et al. 2015). C makes it go to 0 as alpha grows.
    const exact = (l: number): number => expectedLogAbs(Math.exp(l / 2)) - l / 2;
    // The expectation of log |e| for e ~ N(0, 1) is -(gamma + log 2) / 2.
    const constant = -(0.5772156649015329 + Math.LN2) / 2;
    for (let l = -7.5; l <= 7.5; l += 0.5) expect(klAt(l)).toBeCloseTo(exact(l) - constant, 1.7);
  });

  test('its slopes are derivatives inside the clipping bounds, and 0 outside', () => {
    const l = [-9, -7.9, -4, -1, 0, 1, 3, 5, 7.9, 9];
    const mu = l.map((_, i) => (i % 2 ? -0.3 : 0.2));
    const rho = l.map((value, i) => Math.log(Math.expm1(Math.exp(value / 2) * Math.abs(mu[i]!))));
    const zeros = operand(l.map(() => 0));
    const [gMu, gRho] = [operand(mu), operand(mu)];
    const posterior = { mu: operand(mu), rho: operand(rho) };
    const gradients = { meanGrad: zeros, varianceGrad: zeros, prior: LOG_UNIFORM, klWeight: 1 };
    ops.localGradients(gMu, gRho, posterior, gradients, 1, false);
    const kl = (m: number, r: number): number =>
      ops.gaussianKl({ mu: operand([m]), rho: operand([r]) }, LOG_UNIFORM);
    const h = 1e-6;
    l.forEach((value, i) => {
      const [m, r] = [mu[i]!, rho[i]!];
      expect(ops.read(gMu)[i]).toBeCloseTo((kl(m + h, r) - kl(m - h, r)) / (2 * h), 5);
      expect(ops.read(gRho)[i]).toBeCloseTo((kl(m, r + h) - kl(m, r - h)) / (2 * h), 5);
      if (Math.abs(value) > 8) expect([ops.read(gMu)[i], ops.read(gRho)[i]]).toEqual([0, 0]);
      else expect(Math.abs(ops.read(gMu)[i]!)).toBeGreaterThan(1e-4);
    });
  });

  test('Laplace priors have density 1 in all, and their slope is its derivative', () => {
    const priors: Prior[] = [
      { kind: 'laplace', scale: 0.3 },
      { kind: 'laplace-mixture', pi: 0.3, scale1: 0.8, scale2: 0.05 },
    ];
    for (const prior of priors) {
      let total = 0;
      for (let w = -12; w < 12; w += 0.001)
        total += 0.001 * Math.exp(ops.logPrior(operand([w + 0.0005]), prior));
      expect(total).toBeCloseTo(1, 4);
      for (const w of [-1.2, -0.02, 0.1, 0.5]) {
        const x = operand([w]);
        const rule = { kind: 'sgd', learningRate: 1, momentum: 0 } as const;
        ops.updatePoint(x, { grad: operand([0]), prior, priorWeight: 1, rule, moments: [] });
        const log = (at: number): number => ops.logPrior(operand([at]), prior);
        expect(ops.read(x)[0]! - w).toBeCloseTo((log(w + 1e-6) - log(w - 1e-6)) / 2e-6, 5);
      }
    }
  });

  test('IVON is algorithm 1 of its paper with variance = 1 / (ess (h + delta))', () => {
    const [ess, delta, beta2, lr, h0] = [500, 0.01, 0.9, 0.3, 0.4];
    let [m, h, g] = [0.7, 0.25, -0.1];
    const [mu, variance, momentum] = [operand([m]), operand([1 / (ess * (h + delta))]), operand([g])];
    const sigma0Squared = 1 / (ess * (h0 + delta));
    for (let t = 1; t <= 20; t++) {
      const noise = Math.sin(t) / Math.sqrt(ess * (h + delta));
      const gradient = 0.3 * (m + noise) + 0.05 * Math.cos(3 * t);
      const f = ess * noise * gradient * (h + delta);
      g = 0.9 * g + 0.1 * gradient;
      const [w, grad] = [operand([ops.read(mu)[0]! + noise]), operand([gradient])];
      h = beta2 * h + (1 - beta2) * f + (0.5 * (1 - beta2) ** 2 * (h - f) ** 2) / (h + delta);
      const debiased = g / (1 - 0.9 ** t);
      m -= (lr * (h0 + delta) * (debiased + delta * m)) / (h + delta);
      ops.updateIvon(
        { mu, variance },
        {
          momentum,
          w,
          grad,
          beta1: 0.9,
          beta2,
          examples: ess,
          priorPrecision: ess * delta,
          rate: lr / sigma0Squared / (1 - 0.9 ** t),
          pull: (lr / sigma0Squared) * delta,
        },
      );
      expect(ops.read(mu)[0]).toBeCloseTo(m, 10);
      expect(ops.read(variance)[0]! * ess * (h + delta)).toBeCloseTo(1, 10);
    }
  });

  test('concrete masks are near 0 or 1 / (1 - p), and drop with probability p', () => {
    const [n, p] = [20000, 0.3];
    const mask = ops.alloc([n]);
    ops.concreteMask(mask, p, 0.02, [8, 9]);
    const kept = Array.from(ops.read(mask), (value) => value * (1 - p));
    const dropped = kept.filter((value) => value < 0.5).length;
    expect(Math.abs(dropped - n * p)).toBeLessThan(4 * Math.sqrt(n * p * (1 - p)));
    expect(kept.filter((value) => value > 0.05 && value < 0.95).length / n).toBeLessThan(0.05);
  });

  test('the log-uniform prior is refused if a density is needed', () => {
    const w = operand([1]);
    expect(() => ops.logPrior(w, LOG_UNIFORM)).toThrow(/no density/);
  });
});

/** E log |e| for e ~ N(1, s^2), by the midpoint rule on a fine grid that is symmetric around the singularity. */
function expectedLogAbs(s: number): number {
  const density = (e: number): number => Math.exp(-(((e - 1) / s) ** 2) / 2) / (s * Math.sqrt(2 * Math.PI));
  // The substitution e = +-x^3 removes the singularity of the logarithm.
  const top = Math.cbrt(1 + 12 * s);
  const n = 20000;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const x = ((i + 0.5) * top) / n;
    const e = x ** 3;
    sum += (density(e) + density(-e)) * Math.log(e) * 3 * x * x * (top / n);
  }
  return sum;
}
