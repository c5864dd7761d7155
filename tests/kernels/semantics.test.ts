import { beforeAll, describe, expect, test } from 'vitest';
import { referenceOps, startTfjs, wasmOps, type Key, type Ops, type Prior } from '@bbb/kernels';

const SGD = { kind: 'sgd', learningRate: 1, momentum: 0 } as const;
const ADAM = { kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
const KEY: Key = [3, 14];
const mixture = (pi: number, sigma1: number, sigma2: number) =>
  ({ kind: 'mixture', pi, sigma1, sigma2 }) as const;

describe.each(['wasm', 'reference'] as const)('%s ops', (name) => {
  let ops: Ops;
  beforeAll(async () => {
    await startTfjs();
    ops = name === 'wasm' ? await wasmOps() : referenceOps();
  });

  const operand = (values: ArrayLike<number>) => {
    const x = ops.alloc([values.length]);
    ops.write(x, values);
    return x;
  };
  const full = (n: number, value: number) => operand(new Float64Array(n).fill(value));

  // The precision of float32, and the error that rounding w^2 / (2 sigma^2) leaves in a difference of logarithms.
  const tolerance = name === 'wasm' ? 1e-5 : 1e-12;

  const densities: readonly Prior[] = [
    { kind: 'gaussian', sigma: 0.5 },
    mixture(0.5, 1, Math.exp(-6)),
    mixture(0.25, Math.exp(-2), Math.exp(-6)),
    mixture(0.75, Math.exp(-6), 1),
  ];
  test.each(densities)('log p and its slope in closed form, far out and at the crossover: %j', (prior) => {
    for (const w of [0, 0.01, 1, 5, 50, -0.0086, -3]) {
      const at = Math.fround(w);
      const x = full(1, at);
      const expected = logDensity(at, prior);
      expect(Math.abs(ops.logPrior(x, prior) - expected)).toBeLessThanOrEqual(
        tolerance * (1 + Math.abs(expected)),
      );
      // One step of plain gradient ascent on log p, from the gradient 0.
      ops.updatePoint(x, { grad: full(1, 0), prior, priorWeight: 1, rule: SGD, moments: [] });
      const slope = derivative((v) => logDensity(v, prior), at);
      const moved = ops.read(x)[0]! - at;
      expect(Math.abs(moved - slope)).toBeLessThanOrEqual(
        (tolerance + 1e-8) * (Math.abs(slope) + Math.abs(at)),
      );
    }
  });

  test('complexityCost averages to the closed-form KL of Gaussians', () => {
    const [n, mean, s] = [4000, 0.3, 0.5];
    const [mu, rho, w] = [full(n, mean), full(n, -2), full(n, 0)];
    const sigma = Math.log1p(Math.exp(-2));
    const kl = Math.log(s / sigma) + (sigma ** 2 + mean ** 2) / (2 * s * s) - 0.5;
    const draws = Array.from({ length: 50 }, (_, i) => {
      ops.sampleGaussian(w, { mu, rho }, [i, 7]);
      return ops.complexityCost({ mu, rho }, w, [i, 7], { kind: 'gaussian', sigma: s }) / n;
    });
    const average = draws.reduce((a, b) => a + b, 0) / draws.length;
    // The exact variance per weight of -z^2/2 + (mean + sigma z)^2 / (2 s^2).
    const [linear, square] = [(mean * sigma) / s ** 2, (sigma / s) ** 2 / 2 - 0.5];
    const deviation = Math.sqrt((linear ** 2 + 2 * square ** 2) / (n * draws.length));
    expect(Math.abs(average - kl)).toBeLessThan(4 * deviation + 1e-6);
  });

  test('rho = -Infinity is a weight that is exactly mu, without gradient for rho, without NaN', () => {
    const values = Array.from({ length: 37 }, (_, i) => (i - 18) / 7);
    const posterior = { mu: operand(values), rho: full(37, -Infinity) };
    const [w, grad] = [full(37, 9), full(37, 0.25)];
    ops.sampleGaussian(w, posterior, KEY);
    expect([...ops.read(w)]).toEqual([...ops.read(posterior.mu)]);
    expect(ops.complexityCost(posterior, w, KEY, { kind: 'gaussian', sigma: 1 })).toBe(0);

    const prior = mixture(0.5, 1, Math.exp(-6));
    const sample = { w, grad, key: KEY, prior, klWeight: 0.1 };
    const [gMu, gRho] = [full(37, 0), full(37, 0)];
    ops.gaussianGradients(gMu, gRho, posterior, sample, 1, false);
    expect([...ops.read(gRho)].every((value) => value === 0)).toBe(true);
    expect([...ops.read(gMu)].every(Number.isFinite)).toBe(true);

    const [muMoments, rhoMoments] = [
      [full(37, 0), full(37, 0)],
      [full(37, 0), full(37, 0)],
    ];
    for (let step = 1; step <= 3; step++)
      ops.updateGaussian(posterior, { ...sample, rule: { ...ADAM, step }, muMoments, rhoMoments });
    expect([...ops.read(posterior.rho)]).toEqual(Array(37).fill(-Infinity));
    for (const moments of [muMoments, rhoMoments].flat())
      expect([...ops.read(moments)].every(Number.isFinite)).toBe(true);
    expect([...ops.read(posterior.mu)].every(Number.isFinite)).toBe(true);
  });

  test('NaN stays NaN, so a diverged weight is visible', () => {
    const posterior = { mu: operand([0, NaN, 0]), rho: operand([NaN, -3, -3]) };
    const w = full(3, 0);
    ops.sampleGaussian(w, posterior, KEY);
    expect([...ops.read(w)].map(Number.isNaN)).toEqual([true, true, false]);
  });

  test('Adam is algorithm 1 of Kingma & Ba, momentum is the heavy ball', () => {
    const gradient = (step: number, i: number): number => Math.fround(Math.sin(step * (i + 1)) / (i + 1));
    const n = 9;
    const [w, ball, grad] = [full(n, 1), full(n, 1), full(n, 0)];
    const [m, v, velocity] = [full(n, 0), full(n, 0), full(n, 0)];
    const flat = { prior: { kind: 'flat' }, priorWeight: 0 } as const;
    const expected = Array.from({ length: n }, () => ({ w: 1, m: 0, v: 0, ball: 1, velocity: 0 }));
    for (let step = 1; step <= 200; step++) {
      ops.write(
        grad,
        Float64Array.from({ length: n }, (_, i) => gradient(step, i)),
      );
      ops.updatePoint(w, { ...flat, grad: grad, rule: { ...ADAM, step }, moments: [m, v] });
      const heavy = { kind: 'sgd', learningRate: 0.01, momentum: 0.9 } as const;
      ops.updatePoint(ball, { ...flat, grad: grad, rule: heavy, moments: [velocity] });
      expected.forEach((state, i) => {
        const g = gradient(step, i);
        state.m = 0.9 * state.m + 0.1 * g;
        state.v = 0.999 * state.v + 0.001 * g * g;
        state.w -= (0.01 * state.m) / (1 - 0.9 ** step) / (Math.sqrt(state.v / (1 - 0.999 ** step)) + 1e-8);
        state.velocity = 0.9 * state.velocity + g;
        state.ball -= 0.01 * state.velocity;
      });
    }
    const bound = name === 'wasm' ? 2e-5 : 1e-12;
    expected.forEach((state, i) => {
      expect(Math.abs(ops.read(w)[i]! - state.w)).toBeLessThan(bound);
      expect(Math.abs(ops.read(ball)[i]! - state.ball)).toBeLessThan(bound);
    });
  });
});

function logDensity(w: number, prior: Prior): number {
  if (prior.kind === 'flat') return 0;
  const normal = (sigma: number): number =>
    -0.5 * Math.log(2 * Math.PI) - Math.log(sigma) - w ** 2 / (2 * sigma ** 2);
  if (prior.kind === 'gaussian') return normal(prior.sigma);
  if (prior.kind !== 'mixture') throw new Error(`${prior.kind} is checked in variational-ops.test.ts`);
  const [a, b] = [Math.log(prior.pi) + normal(prior.sigma1), Math.log(1 - prior.pi) + normal(prior.sigma2)];
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** Central differences, extrapolated to sixth order. */
function derivative(f: (x: number) => number, x: number): number {
  const difference = (h: number): number => (f(x + h) - f(x - h)) / (2 * h);
  const h = 1e-4;
  const [d1, d2, d3] = [difference(h), difference(h / 2), difference(h / 4)];
  const [e1, e2] = [(4 * d2 - d1) / 3, (4 * d3 - d2) / 3];
  return (16 * e2 - e1) / 15;
}
