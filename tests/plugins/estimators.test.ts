import { batchesOf, toyContext, toyData } from '@bbb/contract/toy';
import {
  architectureOf,
  fold,
  rootKey,
  uniform,
  type Architecture,
  type Batch,
  type Likelihood,
  type MethodContext,
  type Params,
} from '@bbb/core';
import { referenceOps, type Operand, type Prior } from '@bbb/kernels';
import { conv2d, dense, estimatorOf, gaussianModel, gaussianOf, tanh, type Estimator } from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { chiSquareZ, Moments } from './support/statistics.js';

const ops = referenceOps();
const KEY = rootKey(71);
const NAMES = ['weights', 'local', 'flipout'] as const;
type Name = (typeof NAMES)[number];
const PRIOR: Prior = { kind: 'gaussian', sigma: 0.7 };
/**
 * The largest allowed error of an estimate, in standard deviations. None of the few hundred comparisons below
 * should reach it by chance.
 */
const FAR = 4.5;

const softplus = (rho: number): number => Math.log1p(Math.exp(rho));
const sigmoid = (rho: number): number => 1 / (1 + Math.exp(-rho));

/**
 * Half the sum of squared differences between outputs and targets: a sum over separate outputs. It keeps its last
 * outputs.
 */
function squares(outputs: number): { likelihood: Likelihood; seen: () => Float64Array } {
  let seen = new Float64Array();
  const likelihood: Pick<Likelihood, 'outputs' | 'parameters' | 'nll'> = {
    outputs,
    parameters: [],
    nll(_ops, out, targets, _parameters, gradient) {
      seen = Float64Array.from(ops.read(out));
      const rest = seen.map((value, i) => value - targets[Math.floor(i / outputs)]!);
      if (gradient)
        ops.write(
          gradient.outputs,
          rest.map((value) => gradient.scale * value),
        );
      return { nll: rest.reduce((sum, value) => sum + (value * value) / 2, 0), error: 0 };
    },
  };
  return { likelihood: likelihood as Likelihood, seen: () => seen };
}

function operand(shape: readonly number[], values: ArrayLike<number>): Operand {
  const made = ops.alloc(shape);
  ops.write(made, values);
  return made;
}

interface Tried {
  readonly context: MethodContext;
  readonly params: Params;
  readonly batch: Batch;
  /** The outputs of the last pass. */
  readonly seen: () => Float64Array;
}

/** Small and large means and standard deviations, and some examples. */
function tried(architecture: Architecture, examples: number): Tried {
  const { likelihood, seen } = squares(architecture.outputs);
  const context = toyContext(
    ops,
    { architecture, likelihood },
    { kind: 'sgd', learningRate: 1, momentum: 0 },
    9,
  );
  const params = gaussianModel(context, { kind: 'uniform', bound: 0.8 }, -1).init(KEY);
  for (const { name } of architecture.weights) {
    const { rho } = gaussianOf(params, name);
    ops.write(rho, uniform(fold(KEY, name), ops.read(rho).length, -2, 0.5));
  }
  const size = architecture.inputShape.reduce((a, b) => a * b, 1);
  const x = uniform(fold(KEY, 'x'), examples * size, -1, 1);
  // Some inputs are exactly 0, like background pixels.
  const batch: Batch = {
    x: operand(
      [examples, size],
      x.map((value) => (Math.abs(value) < 0.2 ? 0 : value)),
    ),
    targets: uniform(fold(KEY, 'y'), examples, -1, 1),
    index: 0,
    batches: 1,
    examples,
  };
  return { context, params, batch, seen };
}

/** A single layer: its outputs are pre-activations, whose distribution is known exactly. */
const LAYERS: Record<'dense' | 'convolution', Architecture> = {
  dense: architectureOf([5], [dense(0, [5], 3)]),
  convolution: architectureOf(
    [3, 3, 2],
    [conv2d(0, [3, 3, 2], { filters: 2, kernel: [2, 2], stride: [1, 1], padding: 'same' })],
  ),
};

/**
 * Mean x mu + mu_b and variance x^2 sigma^2 + sigma_b^2 of every output, computed by the layer's own code, which
 * other tests check.
 */
function exactMoments({ context, params, batch }: Tried): { mean: Float64Array; variance: Float64Array } {
  const { architecture } = context;
  const layer = architecture.layers[0]!;
  if (!layer.weight) throw new Error('a layer with weights');
  const [weight, bias] = [layer.weight, layer.bias].map(({ name }) => gaussianOf(params, name));
  const out = ops.alloc([batch.examples, architecture.outputs]);
  layer.forward(ops, out, batch.x, weight!.mu, bias!.mu);
  const mean = Float64Array.from(ops.read(out));
  const variance = (rho: Operand): Operand =>
    operand(
      rho.shape,
      Float64Array.from(ops.read(rho), (value) => softplus(value) ** 2),
    );
  const squared = operand(
    batch.x.shape,
    Float64Array.from(ops.read(batch.x), (value) => value * value),
  );
  layer.forward(ops, out, squared, variance(weight!.rho), variance(bias!.rho));
  return { mean, variance: Float64Array.from(ops.read(out)) };
}

/** Pre-activations of many draws. */
function draws(name: Name, { context, params, batch, seen }: Tried, count: number): Float64Array[] {
  const estimator = estimatorOf(name, context, PRIOR);
  return Array.from({ length: count }, (_, s) => {
    estimator.value(params, batch, fold(KEY, 'draw', s));
    return seen();
  });
}

describe.each(['dense', 'convolution'] as const)('pre-activations of a %s layer', (kind) => {
  const one = tried(LAYERS[kind], 3);
  const { mean, variance } = exactMoments(one);
  const outputs = mean.length / 3;
  const N = 2500;

  it.each(NAMES)('under %s have the same mean and variance as under weight sampling', (name) => {
    const moments = new Moments(mean.length);
    for (const values of draws(name, one, N)) moments.add(values);
    const { means, variances } = moments;
    mean.forEach((exact, i) => {
      expect(Math.abs(means[i]! - exact) / Math.sqrt(variance[i]! / N)).toBeLessThan(FAR);
      // Each output is Gaussian, so (n - 1) s^2 / sigma^2 is chi-square with n - 1 degrees of freedom.
      expect(Math.abs(chiSquareZ(((N - 1) * variances[i]!) / variance[i]!, N - 1))).toBeLessThan(FAR);
    });
  });

  it('of two examples are correlated under weights, and uncorrelated under local and flipout', () => {
    const correlation = (name: Name, i: number, j: number): number => {
      const values = draws(name, one, N).map((row) =>
        [i, j].map((k) => (row[k]! - mean[k]!) / Math.sqrt(variance[k]!)),
      );
      return values.reduce((sum, [a, b]) => sum + a! * b!, 0) / N;
    };
    // The same output of the first and the second example. Both share at least the noise of the bias.
    const pair = [0, outputs] as const;
    expect(correlation('weights', ...pair)).toBeGreaterThan(0.1);
    for (const name of ['local', 'flipout'] as const)
      expect(Math.abs(correlation(name, ...pair)) * Math.sqrt(N)).toBeLessThan(FAR);
    if (kind === 'dense') return;
    // Two positions of a channel: flipout uses one draw of the filters for both, local uses separate noise.
    expect(correlation('flipout', 0, 2)).toBeGreaterThan(0.1);
    expect(Math.abs(correlation('local', 0, 2)) * Math.sqrt(N)).toBeLessThan(FAR);
  });

  it('are a function of the key, and equal the mean if there is no spread', () => {
    for (const name of NAMES) {
      const estimator = estimatorOf(name, one.context, PRIOR);
      const at = (params: Params, s: number): number[] => {
        estimator.value(params, one.batch, fold(KEY, s));
        return [...one.seen()];
      };
      expect(at(one.params, 1)).toEqual(at(one.params, 1));
      expect(at(one.params, 2)).not.toEqual(at(one.params, 1));
      const certain = Object.fromEntries(
        Object.entries(one.params).map(([key, x]) => [
          key,
          key.endsWith('.rho')
            ? operand(
                x.shape,
                ops.read(x).map(() => -Infinity),
              )
            : x,
        ]),
      );
      expect(at(certain, 1)).toEqual([...mean]);
    }
  });
});

/** Gradients of the likelihood (plus `kl` times those of the complexity), one parameter after the other. */
function gradientOf(
  estimator: Estimator,
  { context, params, batch }: Tried,
  s: number,
  kl: number,
  scale = 1,
) {
  const key = fold(KEY, 'gradient', s);
  estimator.gradient(params, batch, key, scale, {});
  return context.architecture.weights.flatMap(({ name, shape }) => {
    const [mu, rho] = [ops.alloc(shape), ops.alloc(shape)];
    estimator.accumulate(name, gaussianOf(params, name), key, kl, { mu, rho, scale: 1, add: false });
    return [...ops.read(mu), ...ops.read(rho)];
  });
}

function gradientMoments(name: Name, one: Tried, count: number, kl = 0, scale = 1): Moments {
  const estimator = estimatorOf(name, one.context, PRIOR);
  const moments = new Moments(gradientOf(estimator, one, 0, kl, scale).length);
  for (let s = 0; s < count; s++) moments.add(gradientOf(estimator, one, s, kl, scale));
  return moments;
}

/** Every mean must be within {@link FAR} standard errors. */
function expectUnbiased({ means, standardErrors }: Moments, exact: ArrayLike<number>): void {
  means.forEach((mean, i) => {
    expect(Math.abs(mean - exact[i]!)).toBeLessThan(FAR * standardErrors[i]! + 1e-9);
  });
}

/** The values of all parameters, in the order of {@link gradientOf}. */
function flat({ context, params }: Tried): { values: number[]; write: (values: readonly number[]) => void } {
  const operands = context.architecture.weights.flatMap(({ name }) =>
    Object.values(gaussianOf(params, name)),
  );
  return {
    values: operands.flatMap((x: Operand) => [...ops.read(x)]),
    write(values) {
      let at = 0;
      for (const x of operands as Operand[]) {
        const count = ops.read(x).length;
        ops.write(x, values.slice(at, at + count));
        at += count;
      }
    },
  };
}

describe('the gradient of the expected likelihood', () => {
  const HIDDEN = 2;
  const net = tried(architectureOf([2], [dense(0, [2], HIDDEN), tanh([HIDDEN]), dense(1, [HIDDEN], 1)]), 3);

  /**
   * The expectation over all weights: exact, except for a quadrature over each hidden pre-activation, which is
   * Gaussian.
   */
  function expected(): number {
    const read = (name: string) => {
      const { mu, rho } = gaussianOf(net.params, name);
      return { mu: [...ops.read(mu)], variance: Array.from(ops.read(rho), (value) => softplus(value) ** 2) };
    };
    const [w, b, v, c] = ['layers.0.weight', 'layers.0.bias', 'layers.1.weight', 'layers.1.bias'].map(read);
    const x = ops.read(net.batch.x);
    return Array.from(net.batch.targets).reduce((sum, y, row) => {
      let mean = c!.mu[0]! - y;
      let variance = c!.variance[0]!;
      for (let h = 0; h < HIDDEN; h++) {
        let [m, s2] = [b!.mu[h]!, b!.variance[h]!];
        for (let i = 0; i < 2; i++) {
          m += x[2 * row + i]! * w!.mu[i * HIDDEN + h]!;
          s2 += x[2 * row + i]! ** 2 * w!.variance[i * HIDDEN + h]!;
        }
        const first = average(Math.tanh, m, Math.sqrt(s2));
        const second = average((a) => Math.tanh(a) ** 2, m, Math.sqrt(s2));
        mean += v!.mu[h]! * first;
        variance += (v!.mu[h]! ** 2 + v!.variance[h]!) * second - v!.mu[h]! ** 2 * first * first;
      }
      return sum + (mean * mean + variance) / 2;
    }, 0);
  }

  const { values, write } = flat(net);
  const exact = values.map((value, i) => {
    const at = (h: number): number => {
      write(values.map((other, j) => (j === i ? value + h : other)));
      return expected();
    };
    return (at(1e-4) - at(-1e-4)) / 2e-4;
  });
  write(values);

  it.each(NAMES)('is estimated without bias by %s, compared with quadrature', (name) => {
    expectUnbiased(gradientMoments(name, net, 4000), exact);
  });

  it.each(NAMES)('of a convolution without other layers is estimated without bias by %s', (name) => {
    const one = tried(LAYERS.convolution, 2);
    // E (out - y)^2 / 2 = ((mean - y)^2 + variance) / 2, by the exact moments.
    const cost = (): number => {
      const { mean, variance } = exactMoments(one);
      return mean.reduce((sum, m, i) => {
        const y = one.batch.targets[Math.floor(i / one.context.architecture.outputs)]!;
        return sum + ((m - y) ** 2 + variance[i]!) / 2;
      }, 0);
    };
    const { values: start, write: set } = flat(one);
    const slopes = start.map((value, i) => {
      const at = (h: number): number => {
        set(start.map((other, j) => (j === i ? value + h : other)));
        return cost();
      };
      return (at(1e-4) - at(-1e-4)) / 2e-4;
    });
    set(start);
    expectUnbiased(gradientMoments(name, one, 1500), slopes);
  });

  it('of a whole convolutional network is the same under flipout as under weights', () => {
    const data = toyData(KEY, 4, 'cnn');
    const context = toyContext(ops, data, { kind: 'sgd', learningRate: 1, momentum: 0 }, 4);
    const params = gaussianModel(context, { kind: 'fan-in' }, -1).init(KEY);
    const [batch] = batchesOf(ops, data, 4);
    const one: Tried = { context, params, batch: batch!, seen: () => new Float64Array() };
    const [a, b] = (['weights', 'flipout'] as const).map((name) => gradientMoments(name, one, 800));
    a!.means.forEach((mean, i) => {
      const error = Math.hypot(a!.standardErrors[i]!, b!.standardErrors[i]!);
      expect(Math.abs(mean - b!.means[i]!)).toBeLessThan(FAR * error + 1e-9);
    });
  });

  it('varies less under local and flipout than under weights, and even less with more examples', () => {
    const data = toyData(KEY, 22);
    const context = toyContext(ops, data, { kind: 'sgd', learningRate: 1, momentum: 0 }, 22);
    const params = gaussianModel(context, { kind: 'fan-in' }, -2).init(KEY);
    const [batch] = batchesOf(ops, data, 22);
    const one: Tried = { context, params, batch: batch!, seen: () => new Float64Array() };
    const total = (name: Name): number =>
      gradientMoments(name, one, 150).variances.reduce((sum, value) => sum + value, 0);
    const [weights, local, flipout] = NAMES.map(total);
    expect(local!).toBeLessThan(0.5 * weights!);
    expect(flipout!).toBeLessThan(0.5 * weights!);
  });
});

describe('the complexity cost', () => {
  const one = tried(LAYERS.dense, 1);
  const s = 0.7;
  const weights = one.context.architecture.weights.map(({ name }) => {
    const { mu, rho } = gaussianOf(one.params, name);
    return { mu: [...ops.read(mu)], rho: [...ops.read(rho)] };
  });
  const closed = weights.reduce(
    (sum, { mu, rho }) =>
      sum +
      mu.reduce((part, m, i) => {
        const sigma = softplus(rho[i]!);
        return part + Math.log(s / sigma) + (sigma * sigma + m * m) / (2 * s * s) - 0.5;
      }, 0),
    0,
  );
  /** The gradient of KL[q || p] with respect to mu, then rho, weight by weight. */
  const slopes = weights.flatMap(({ mu, rho }) => [
    ...mu.map((m) => m / (s * s)),
    ...rho.map((r) => (softplus(r) / (s * s) - 1 / softplus(r)) * sigmoid(r)),
  ]);

  it('of local is KL[q || p] in closed form for any key, and so is its gradient', () => {
    const local = estimatorOf('local', one.context, PRIOR);
    for (const seed of [1, 2])
      expect(local.complexity(one.params, rootKey(seed)) / closed).toBeCloseTo(1, 12);
    gradientOf(local, one, 0, 1, 0).forEach((slope, i) => expect(slope).toBeCloseTo(slopes[i]!, 10));
  });

  it('of weights and of flipout is the same for the same draw, and an unbiased estimate of the KL, with its gradient', () => {
    const [weights, flipout] = (['weights', 'flipout'] as const).map((name) =>
      estimatorOf(name, one.context, PRIOR),
    );
    const moments = new Moments(1);
    for (let seed = 0; seed < 3000; seed++) {
      const cost = weights!.complexity(one.params, rootKey(seed));
      expect(flipout!.complexity(one.params, rootKey(seed))).toBe(cost);
      moments.add([cost]);
    }
    expectUnbiased(moments, [closed]);
    for (const name of ['weights', 'flipout'] as const)
      expectUnbiased(gradientMoments(name, one, 2500, 1, 0), slopes);
  });

  it('of local is refused under a prior without a closed form, with an error that says what to use instead', () => {
    const mixture = { kind: 'mixture', pi: 0.5, sigma1: 1, sigma2: 0.1 } as const;
    expect(() => estimatorOf('local', one.context, mixture)).toThrow(
      expect.objectContaining({
        code: 'E_ESTIMATOR',
        message: expect.stringContaining('mixture prior'),
        hint: expect.stringContaining('flipout'),
      }),
    );
  });
});

/** E f(a), a ~ N(mean, sd^2), by Simpson's rule over 10 standard deviations. */
function average(f: (a: number) => number, mean: number, sd: number): number {
  const n = 400;
  const h = 20 / n;
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    const z = -10 + i * h;
    const weight = i === 0 || i === n ? 1 : i % 2 ? 4 : 2;
    sum += weight * Math.exp((-z * z) / 2) * f(mean + sd * z);
  }
  return (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}
