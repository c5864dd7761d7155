import plugins, { weightKey } from '@bbb/plugins';
import { fold, parseOptions, rootKey, type Batch, type Method, type Params } from '@bbb/core';
import { referenceOps, type Key, type Prior } from '@bbb/kernels';
import { describe, expect, it } from 'vitest';
import { batchesOf, freeBatches, toyContext, toyData } from '@bbb/contract/toy';

const ops = referenceOps();
const KEY = rootKey(21);
const optimizer = { kind: 'sgd', learningRate: 1, momentum: 0 } as const;
const data = toyData(KEY, 10);

function create(name: string, options: unknown) {
  const method: Method = plugins.methods![name]!;
  const context = toyContext(ops, data, optimizer, 10);
  const made = method.create(parseOptions(name, method.options, options), context);
  return { ...made, params: made.model.init(fold(KEY, 'init')) };
}

/** The objective in plain arithmetic, as in the paper. It shares only the stream of normal numbers with the library. */
function costByHand(
  params: Params,
  batch: Batch,
  key: Key,
  prior: Prior,
  { samples, pi }: { samples: number; pi: number },
): number {
  let cost = 0;
  for (let s = 0; s < samples; s++) {
    let complexity = 0;
    const drawn = (name: string): number[] => {
      const mu = ops.read(params[`${name}.mu`]!);
      const rho = ops.read(params[`${name}.rho`]!);
      const epsilon = ops.alloc([mu.length]);
      ops.standardNormal(epsilon, weightKey(fold(key, 'sample', s), name));
      const values = ops.read(epsilon);
      return [...mu].map((m, i) => {
        const sigma = Math.log1p(Math.exp(rho[i]!));
        const w = m + sigma * values[i]!;
        complexity += logNormal(w, m, sigma) - logDensity(w, prior);
        return w;
      });
    };
    const nll = negativeLogLikelihood(drawn, batch);
    cost += (nll + pi * complexity) / samples;
  }
  return cost;
}

function logNormal(w: number, mean: number, sd: number): number {
  return -0.5 * Math.log(2 * Math.PI) - Math.log(sd) - (w - mean) ** 2 / (2 * sd * sd);
}

function logDensity(w: number, prior: Prior): number {
  if (prior.kind === 'flat') return 0;
  if (prior.kind === 'gaussian') return logNormal(w, 0, prior.sigma);
  if (prior.kind !== 'mixture') throw new Error(`${prior.kind} is checked in variational-ops.test.ts`);
  const a = Math.log(prior.pi) + logNormal(w, 0, prior.sigma1);
  const b = Math.log(1 - prior.pi) + logNormal(w, 0, prior.sigma2);
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

function negativeLogLikelihood(weights: (name: string) => number[], batch: Batch): number {
  const x = ops.read(batch.x);
  const layers = [0, 1, 2].map((l) => [weights(`layers.${l}.weight`), weights(`layers.${l}.bias`)] as const);
  return [...batch.targets].reduce((nll, label, r) => {
    let h = [...x.subarray(r * data.inputs, (r + 1) * data.inputs)];
    layers.forEach(([w, b], l) => {
      h = b.map((bias, j) => h.reduce((sum, value, i) => sum + value * w[i * b.length + j]!, bias));
      if (l < layers.length - 1) h = h.map((value) => Math.max(0, value));
    });
    return nll + Math.log(h.reduce((sum, z) => sum + Math.exp(z), 0)) - h[label]!;
  }, 0);
}

describe('the cost of Bayes by Backprop', () => {
  const priors = {
    'bbb-gaussian': { kind: 'gaussian', sigma: 0.7 },
    'bbb-mixture': { kind: 'mixture', pi: 0.25, sigma1: 0.9, sigma2: 0.01 },
  } as const;
  for (const [name, { kind: _, ...prior }] of Object.entries(priors)) {
    for (const samples of [1, 3]) {
      it(`of ${name} with ${samples} draws is pi_i (log q - log p) - log P(D_i | w)`, () => {
        const { trainer, params } = create(name, { ...prior, samples, rho0: -1, klWeighting: 'blundell' });
        const batches = batchesOf(ops, data, 4);
        batches.forEach((batch, i) => {
          const pi = [4 / 7, 2 / 7, 1 / 7][i]!;
          const key = fold(KEY, 'noise', i);
          const byHand = costByHand(params, batch, key, priors[name as keyof typeof priors], { samples, pi });
          expect(trainer.cost!(params, batch, key) / byHand).toBeCloseTo(1, 10);
        });
        freeBatches(ops, batches);
      });
    }
  }
});

describe('the minibatch costs of an epoch at frozen parameters and noise', () => {
  const methods: [string, object][] = [
    ['sgd', {}],
    ['dropconnect', { p: 0.4 }],
    ['map-mixture', {}],
    ['bbb-gaussian', { klWeighting: 'uniform' }],
    ['bbb-mixture', { klWeighting: 'blundell', samples: 2 }],
  ];
  for (const [name, options] of methods) {
    it(`sum to the cost of the full data: ${name} ${JSON.stringify(options)}`, () => {
      const { trainer, params } = create(name, options);
      const key = fold(KEY, 'frozen');
      const cost = (size: number): number => {
        const batches = batchesOf(ops, data, size);
        const total = batches.reduce((sum, batch) => sum + trainer.cost!(params, batch, key), 0);
        freeBatches(ops, batches);
        return total;
      };
      expect(cost(3)).toBeCloseTo(cost(10), 9);
      expect(cost(4)).toBeCloseTo(cost(10), 9);
    });
  }
});

describe('complexityCost', () => {
  /** E_q[log q - log p] of one weight by Simpson's rule over 10 standard deviations. */
  function quadrature(mu: number, sigma: number, prior: Prior): number {
    const n = 20_000;
    const h = (20 * sigma) / n;
    let sum = 0;
    for (let i = 0; i <= n; i++) {
      const w = mu - 10 * sigma + i * h;
      const logQ = logNormal(w, mu, sigma);
      const factor = i === 0 || i === n ? 1 : i % 2 ? 4 : 2;
      sum += factor * Math.exp(logQ) * (logQ - logDensity(w, prior));
    }
    return (sum * h) / 3;
  }

  const cases: [string, Prior][] = [
    ['bbb-gaussian', { kind: 'gaussian', sigma: 0.5 }],
    ['bbb-mixture', { kind: 'mixture', pi: 0.5, sigma1: 1, sigma2: Math.exp(-6) }],
  ];
  for (const [name, prior] of cases) {
    it(`of ${name} estimates the quadrature of KL[q || p] without bias`, () => {
      const { kind: _, ...options } = prior as Prior & { kind: string };
      const { trainer, params, model } = create(name, { ...options, rho0: -3 });
      const exact = model.architecture.weights.reduce((total, { name: weight }) => {
        const mu = ops.read(params[`${weight}.mu`]!);
        return [...mu].reduce((sum, m) => sum + quadrature(m, Math.log1p(Math.exp(-3)), prior), total);
      }, 0);
      const draws = Array.from({ length: 400 }, (_, s) => trainer.complexityCost(params, fold(KEY, 'mc', s)));
      const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
      const variance = draws.reduce((a, d) => a + (d - mean) ** 2, 0) / (draws.length - 1);
      expect(exact).toBeGreaterThan(0);
      expect(Math.abs(mean - exact)).toBeLessThan(4 * Math.sqrt(variance / draws.length));
    });
  }

  it('of a Gaussian prior has the closed form log(s/sigma) + (sigma^2 + mu^2) / (2 s^2) - 1/2', () => {
    const [mu, sigma, s] = [0.3, 0.1, 0.5];
    const closed = Math.log(s / sigma) + (sigma ** 2 + mu ** 2) / (2 * s * s) - 0.5;
    expect(quadrature(mu, sigma, { kind: 'gaussian', sigma: s })).toBeCloseTo(closed, 8);
  });

  it('is zero in every draw when the posterior is the prior', () => {
    const { trainer, params, model } = create('bbb-gaussian', { sigma: Math.log1p(Math.exp(-1)), rho0: -1 });
    for (const { name } of model.architecture.weights) {
      const mu = params[`${name}.mu`]!;
      ops.write(mu, new Float64Array(ops.read(mu).length));
    }
    for (let s = 0; s < 5; s++) expect(trainer.complexityCost(params, rootKey(s))).toBeCloseTo(0, 9);
  });
});

describe('the mixture prior', () => {
  const PRIOR = { pi: 0.5, sigma1: 1, sigma2: Math.exp(-6) };
  const NARROW = { pi: 0.5, sigma1: Math.exp(-2), sigma2: Math.exp(-8) };
  const POINTS = [0, 0.01, 1, 5, 50, -0.01, -50];

  for (const options of [PRIOR, NARROW]) {
    it(`has the density and gradient of float64 arithmetic: ${JSON.stringify(options)}`, () => {
      const prior = { kind: 'mixture', ...options } as const;
      for (const w of POINTS) {
        const { trainer, params, model } = create('map-mixture', options);
        for (const { name } of model.architecture.weights) {
          ops.write(params[name]!, new Float64Array(ops.read(params[name]!).length).fill(w));
        }
        const count = model.architecture.weights.reduce(
          (sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1),
          0,
        );
        const expected = -count * logDensity(w, prior);
        expect(Math.abs(trainer.complexityCost(params, KEY) / expected - 1)).toBeLessThan(1e-12);

        const out = ops.alloc([1]);
        ops.write(out, [w]);
        const zero = ops.alloc([1]);
        const rule = { kind: 'sgd', learningRate: 1, momentum: 0 } as const;
        ops.updatePoint(out, { grad: zero, prior, priorWeight: 1, rule, moments: [] });
        const step = ops.read(out)[0]! - w;
        const slope = gradient(w, prior);
        expect(Math.abs(step - slope)).toBeLessThanOrEqual(1e-9 * Math.abs(slope));
      }
    });
  }

  /** The derivative d log p / d w, computed from responsibilities. */
  function gradient(
    w: number,
    { pi, sigma1, sigma2 }: { pi: number; sigma1: number; sigma2: number },
  ): number {
    const a = Math.log(pi) + logNormal(w, 0, sigma1);
    const b = Math.log(1 - pi) + logNormal(w, 0, sigma2);
    const wide = 1 / (1 + Math.exp(b - a));
    return -w * (wide / sigma1 ** 2 + (1 - wide) / sigma2 ** 2);
  }
});
