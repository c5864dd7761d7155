import { methodChecks } from '@bbb/contract';
import { examplesOf, toyContext, toyData, TOY_KINDS, type Toy } from '@bbb/contract/toy';
import {
  architectureOf,
  createRegistry,
  fold,
  gradientMoments,
  makeMethod,
  prune,
  rootKey,
  runTrial,
  sizeOf,
  startBackend,
  TrialStopped,
  uniform,
  type EpochMetrics,
  type FixedLayer,
  type MadeMethod,
  type Network,
  type Params,
} from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import builtIns, {
  averagePool,
  conv2d,
  dense,
  effectiveParameters,
  fitPrecision,
  gaussianLikelihood,
  logEvidence,
  maxPool,
  mlp,
  modeNorm,
  type Spectrum,
} from '@bbb/plugins';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { tinyDataset, tinyTrial } from '../support/tiny-trial.js';
import { cholesky, inverse, solve } from '../support/linear-algebra.js';
import { adam } from '../support/trial.js';

const ops = referenceOps();
const KEY = rootKey(77);
const registry = createRegistry([builtIns]);
const ADAM = adam(0.02);

function made(toy: Pick<Toy, 'architecture' | 'likelihood'>, options: Record<string, unknown>): MadeMethod {
  return makeMethod({ use: 'laplace', options }, toyContext(ops, toy, ADAM, 16), registry);
}

function read(params: Params, name: string): Float64Array {
  return Float64Array.from(ops.read(params[name]!));
}

describe('linear regression with known noise', () => {
  const [N, NOISE, LAMBDA] = [30, 0.3, 2];
  const BETA = 1 / (NOISE * NOISE);
  const SCALING = { mean: 30, sd: 4 };
  const noise = uniform(fold(KEY, 'x'), 3 * N, -1, 1);
  /** Two correlated inputs, and a column of ones for the bias. */
  const X = Array.from({ length: N }, (_, r) => {
    const a = Math.fround(noise[3 * r]!);
    return [a, Math.fround(0.9 * a + 0.3 * noise[3 * r + 1]!), 1];
  });
  const targets = Float32Array.from(
    X,
    ([a, b], r) => 30 + 4 * (0.7 * a! - 0.4 * b! + 0.2 + 0.4 * noise[3 * r + 2]!),
  );
  const Y = Array.from(targets, (y) => (y - SCALING.mean) / SCALING.sd);
  const toy: Toy = {
    architecture: mlp.create({ hidden: [], activation: 'relu' }, { inputShape: [2], outputs: 1 }),
    likelihood: gaussianLikelihood({ noise: 'fixed', sd: NOISE }, SCALING, { kind: 'real' }),
    x: Float32Array.from(X.flatMap((x) => x.slice(0, 2))),
    targets,
    inputs: 2,
  };
  const hessian = [0, 1, 2].map((i) => [0, 1, 2].map((j) => BETA * X.reduce((s, x) => s + x[i]! * x[j]!, 0)));
  const rhs = [0, 1, 2].map((i) => BETA * X.reduce((s, x, r) => s + x[i]! * Y[r]!, 0));
  const precisionAt = (lambda: number): number[][] =>
    hessian.map((row, i) => row.map((h, j) => h + (i === j ? lambda : 0)));
  const meanAt = (lambda: number): number[] => solve(precisionAt(lambda), rhs);

  /** log N(y; 0, I / beta + X X^T / lambda), in the targets' own unit. */
  const exactEvidence = (lambda: number): number => {
    const K = X.map((x, r) =>
      X.map((z, q) => x.reduce((s, v, i) => s + (v * z[i]!) / lambda, 0) + (r === q ? 1 / BETA : 0)),
    );
    const L = cholesky(K);
    const alpha = solve(K, Y);
    const quadratic = Y.reduce((s, y, r) => s + y * alpha[r]!, 0);
    const logDet = L.reduce((s, row, r) => s + 2 * Math.log(row[r]!), 0);
    return -0.5 * (quadratic + logDet + N * Math.log(2 * Math.PI)) - N * Math.log(SCALING.sd);
  };

  const fitted = (options: Record<string, unknown>, w: readonly number[]) => {
    const { model, trainer } = made(toy, options);
    const params = model.init(KEY);
    ops.write(params['layers.0.weight']!, w.slice(0, 2));
    ops.write(params['layers.0.bias']!, w.slice(2));
    trainer.finish!(params, examplesOf(toy), KEY);
    return { model, params, trainer };
  };

  it('Kronecker factors give the exact posterior covariance', () => {
    const { params } = fitted({ structure: 'kronecker', priorPrecision: LAMBDA }, meanAt(LAMBDA));
    const Q = read(params, 'laplace.layers.0.weight.inputs');
    const scale = read(params, 'laplace.layers.0.weight.scale');
    const covariance = [0, 1, 2].map((i) =>
      [0, 1, 2].map((j) => [0, 1, 2].reduce((s, k) => s + Q[3 * i + k]! * scale[k]! ** 2 * Q[3 * j + k]!, 0)),
    );
    const exact = inverse(precisionAt(LAMBDA));
    exact.forEach((row, i) => row.forEach((v, j) => expect(covariance[i]![j]).toBeCloseTo(v, 12)));
    const sigmas = [
      ...read(params, 'laplace.layers.0.weight.sigma'),
      ...read(params, 'laplace.layers.0.bias.sigma'),
    ];
    sigmas.forEach((sigma, i) => expect(sigma).toBeCloseTo(Math.sqrt(exact[i]![i]!), 12));
  });

  it('draws have that covariance around the mean', () => {
    const w = meanAt(LAMBDA);
    const { model, params } = fitted({ structure: 'kronecker', priorPrecision: LAMBDA }, w);
    const exact = inverse(precisionAt(LAMBDA));
    const count = 4000;
    const draws = model
      .draws(count, KEY)
      .map((draw) =>
        withNetwork(model.draw(params, draw), ({ weights }) =>
          [...read(weights, 'layers.0.weight'), ...read(weights, 'layers.0.bias')].map((v, i) => v - w[i]!),
        ),
      );
    exact.forEach((row, i) =>
      row.forEach((v, j) => {
        const mean = draws.reduce((s, d) => s + d[i]! * d[j]!, 0) / count;
        const error = Math.sqrt((exact[i]![i]! * exact[j]![j]! + v * v) / count);
        expect(Math.abs(mean - v)).toBeLessThan(4 * error);
      }),
    );
  });

  it('the diagonal gives 1 / (h + lambda)', () => {
    const { params } = fitted({ structure: 'diagonal', priorPrecision: LAMBDA }, meanAt(LAMBDA));
    const sigmas = [
      ...read(params, 'laplace.layers.0.weight.sigma'),
      ...read(params, 'laplace.layers.0.bias.sigma'),
    ];
    sigmas.forEach((sigma, i) => expect(sigma).toBeCloseTo(1 / Math.sqrt(hessian[i]![i]! + LAMBDA), 12));
  });

  const underPrior = (lambda: number) => ({
    of: { use: 'map-gaussian', options: { sigma: 1 / Math.sqrt(lambda) } },
  });

  it('the log marginal likelihood is exact at the maximum of the likelihood, and at that of the posterior', () => {
    for (const priorPrecision of [0.1, LAMBDA, 30]) {
      for (const [options, w] of [
        [{}, meanAt(0)],
        [underPrior(priorPrecision), meanAt(priorPrecision)],
      ] as const) {
        const { params } = fitted({ ...options, structure: 'kronecker', priorPrecision }, w);
        expect(read(params, 'laplace.logMarginalLikelihood')[0]).toBeCloseTo(
          exactEvidence(priorPrecision),
          8,
        );
      }
    }
  });

  const expectMost = (lambda: number): void => {
    const best = exactEvidence(lambda);
    for (const factor of [0.9, 0.99, 1.01, 1.1]) expect(exactEvidence(lambda * factor)).toBeLessThan(best);
  };

  it('the prior that is fitted to maximum likelihood weights has the largest exact evidence', () => {
    const { params } = fitted({ structure: 'kronecker' }, meanAt(0));
    expectMost(read(params, 'laplace.precisions')[0]!);
  });

  it('training under a prior and fitting the prior, in turns, ends at the largest exact evidence', () => {
    let lambda = 1;
    for (let i = 0; i < 60; i++) {
      const { params } = fitted({ ...underPrior(lambda), structure: 'kronecker' }, meanAt(lambda));
      lambda = read(params, 'laplace.precisions')[0]!;
    }
    expectMost(lambda);
  });

  it('map-gaussian ends at the mean of this posterior', () => {
    const [w, b] = [meanAt(LAMBDA).slice(0, 2), meanAt(LAMBDA).slice(2)];
    const { model, params } = fitted(
      { of: { use: 'map-gaussian', options: { sigma: 1 / Math.sqrt(LAMBDA) } } },
      [...w, ...b],
    );
    const { architecture, likelihood } = toy;
    withNetwork(model.draw(params, 'mean'), (network) => {
      const input = { ops, architecture, likelihood, network, examples: examplesOf(toy) };
      const { mean } = gradientMoments(input);
      [...mean['layers.0.weight']!, ...mean['layers.0.bias']!].forEach((g, i) =>
        expect(N * g + LAMBDA * [...w, ...b][i]!).toBeCloseTo(0, 10),
      );
    });
  });
});

describe('classification', () => {
  /**
   * Multinomial regression: the outputs are linear in the weights, so the Gauss-Newton matrix is equal to the
   * Hessian.
   */
  const toy = toyData(KEY, 1, 'mlp');
  const one: Toy = { ...toy, architecture: architectureOf([4], [dense(0, [4], 3)]) };

  it('the log marginal likelihood uses the Hessian that finite differences give', () => {
    const lambda = 0.7;
    const { model, trainer } = made(one, { factors: 'exact', priorPrecision: lambda });
    const params = model.init(KEY);
    trainer.finish!(params, examplesOf(one), KEY);
    const names = ['layers.0.weight', 'layers.0.bias'];
    const gradient = (): number[] =>
      withNetwork(model.draw(params, 'mean'), (network) => {
        const { architecture, likelihood } = one;
        const { mean } = gradientMoments({
          ops,
          architecture,
          likelihood,
          network,
          examples: examplesOf(one),
        });
        return names.flatMap((name) => [...mean[name]!]);
      });
    const hessian = names.flatMap((name) =>
      Array.from({ length: sizeOf(params[name]!.shape) }, (_, i) => {
        const values = read(params, name);
        const at = (by: number): number[] => {
          ops.write(params[name]!, values.with(i, values[i]! + by));
          return gradient();
        };
        const [up, down] = [at(1e-5), at(-1e-5)];
        ops.write(params[name]!, values);
        return up.map((g, j) => (g - down[j]!) / 2e-5);
      }),
    );
    const L = cholesky(hessian.map((row, i) => row.map((h, j) => h / lambda + (i === j ? 1 : 0))));
    const logDet = L.reduce((s, row, i) => s + 2 * Math.log(row[i]!), 0);
    const w = names.flatMap((name) => [...read(params, name)]);
    const mode = solve(
      hessian.map((row, i) => row.map((h, j) => h + (i === j ? lambda : 0))),
      hessian.map((row) => row.reduce((s, h, j) => s + h * w[j]!, 0)),
    );
    const product = w.reduce((s, v, i) => s + v * mode[i]!, 0);
    const nll = withNetwork(model.draw(params, 'mean'), (network) => {
      const [x, y] = [ops.alloc([1, 4]), network.outputs(inputsOf(one, 1))];
      ops.free(x);
      return one.likelihood.nll(ops, y, one.targets, {}).nll;
    });
    expect(read(params, 'laplace.logMarginalLikelihood')[0]).toBeCloseTo(
      -nll - 0.5 * (lambda * product + logDet),
      6,
    );
  });
});

describe('the linearised network', () => {
  /** (f(w* + e d) - f(w* - e d)) / 2 e + f(w*), d = w - w*: the network at w, linear in its weights around w*. */
  function expectLinear(toy: Toy, count: number): void {
    const { model, trainer } = made(toy, { layers: 'all', structure: 'diagonal', priorPrecision: 5 });
    const params = model.init(KEY);
    trainer.finish!(params, examplesOf(toy), KEY);
    const x = inputsOf(toy, count);
    const outputs = (): Float64Array =>
      withNetwork(model.draw(params, 'mean'), (network) => Float64Array.from(ops.read(network.outputs(x))));
    for (const draw of model.draws(2, KEY)) {
      const [linear, drawn] = withNetwork(model.draw(params, draw), (network) => [
        Float64Array.from(ops.read(network.outputs(x))),
        Object.fromEntries(Object.keys(network.weights).map((name) => [name, read(network.weights, name)])),
      ]);
      const start = Object.fromEntries(Object.keys(drawn).map((name) => [name, read(params, name)]));
      const moved = (step: number): Float64Array => {
        for (const [name, w] of Object.entries(start))
          ops.write(
            params[name]!,
            w.map((value, i) => value + step * (drawn[name]![i]! - value)),
          );
        return outputs();
      };
      const [up, down, at] = [moved(1e-6), moved(-1e-6), moved(0)];
      linear.forEach((value, i) => expect(value).toBeCloseTo(at[i]! + (up[i]! - down[i]!) / 2e-6, 6));
      expect(linear.some((value, i) => Math.abs(value - at[i]!) > 1e-2)).toBe(true);
    }
  }
  it.each(TOY_KINDS)('is the first-order expansion: %s', (kind) => expectLinear(toyData(KEY, 5, kind), 5));
  it('is the first-order expansion after pools whose windows overlap or lie at the edge', () => {
    const first = conv2d(0, [5, 5, 1], { filters: 2, kernel: [2, 2], stride: [1, 1], padding: 'same' });
    const most = maxPool(first.outShape, { size: [3, 3], stride: [1, 1], padding: 'same' });
    const average = averagePool(most.outShape, { size: [2, 2], stride: [2, 2], padding: 'same' });
    const toy: Toy = {
      architecture: architectureOf([5, 5, 1], [first, most, average, dense(1, average.outShape, 3)]),
      likelihood: toyData(KEY, 1, 'mlp').likelihood,
      x: uniform(fold(KEY, 'image'), 75, -1, 1),
      targets: Uint8Array.of(0, 1, 2),
      inputs: 25,
    };
    expectLinear(toy, 3);
  });
  it('is refused for a layer without a tangent', () => {
    const cube: FixedLayer = {
      kind: 'cube',
      inShape: [3],
      outShape: [3],
      forward: (o, out, x) => o.copy(out, x),
      backward: (o, dx, dOut) => o.copy(dx, dOut),
    };
    const toy = toyData(KEY, 2, 'mlp');
    const architecture = architectureOf([4], [dense(0, [4], 3), cube, dense(1, [3], 3)]);
    const { model } = made({ ...toy, architecture }, { layers: 'all' });
    const params = model.init(KEY);
    expect(() => model.draw(params, KEY)).toThrow(expect.objectContaining({ code: 'E_LAPLACE' }));
    expect(
      made({ ...toy, architecture }, { layers: 'all', prediction: 'sampled' }).model.draw(params, KEY),
    ).toBeDefined();
  });
});

describe('laplace', () => {
  it.each(['diagonal', 'kronecker'])(
    'pruned weights are zero in every draw after training: %s',
    (structure) => {
      const toy = toyData(KEY, 20, 'cnn');
      const { model, trainer } = made(toy, { layers: 'all', structure });
      const params = model.init(KEY);
      trainer.finish!(params, examplesOf(toy), KEY);
      const keep = Object.fromEntries(
        toy.architecture.weights.map(({ name, shape }) => [
          name,
          Uint8Array.from({ length: sizeOf(shape) }, (_, i) => i % 3 && 1),
        ]),
      );
      prune(ops, model, params, keep);
      for (const draw of model.draws(3, KEY))
        withNetwork(model.draw(params, draw), ({ weights }) => {
          for (const [name, mask] of Object.entries(keep))
            read(weights, name).forEach((w, i) => expect(w === 0).toBe(mask[i] === 0));
        });
    },
  );

  it('of the last layer does not change the other layers, which have no standard deviations', () => {
    const toy = toyData(KEY, 20, 'mlp');
    const { model, trainer } = made(toy, { layers: 'last' });
    const params = model.init(KEY);
    trainer.finish!(params, examplesOf(toy), KEY);
    expect(model.posterior(params).map(({ sigma }) => sigma !== undefined)).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
    withNetwork(model.draw(params, KEY), ({ weights }) => {
      for (const { name, layer } of toy.architecture.weights)
        expect(read(weights, name).every((w, i) => w === read(params, name)[i])).toBe(layer < 2);
    });
  });

  it('gives the same bytes after a kill between the last epoch and the end', async () => {
    const trial = tinyTrial('mlp', { use: 'laplace', options: { layers: 'all' } });
    const input = { trial, registry, dataset: tinyDataset('mlp'), ops };
    const straight = await runTrial(input);
    const epochs: EpochMetrics[] = [];
    let checkpoint = new Uint8Array();
    const hooks = {
      onEpoch(metrics: EpochMetrics, save: () => Uint8Array) {
        epochs.push(metrics);
        checkpoint = new Uint8Array(save());
      },
      shouldStop: () => epochs.length === trial.training.epochs,
    };
    await expect(runTrial({ ...input, hooks })).rejects.toBeInstanceOf(TrialStopped);
    const resumed = await runTrial({ ...input, resume: { checkpoint, epochs } });
    expect(resumed.checkpoint).toEqual(straight.checkpoint);
    expect(resumed.checkpoint).not.toEqual(checkpoint);
    expect(resumed.result.pruning).toEqual(straight.result.pruning);
  });

  it('refuses a method without a mean network', () => {
    const toy = toyData(KEY, 2, 'mlp');
    expect(() => made(toy, { of: { use: 'ensemble', options: {} } })).toThrow(
      expect.objectContaining({ code: 'E_LAPLACE' }),
    );
  });
});

const wasm = await startBackend();
describe.each([
  ['mlp', { layers: 'all', structure: 'diagonal' }],
  ['cnn', { layers: 'all' }],
] as const)('in WebAssembly, without a tensor left behind: %s', (toy, options) => {
  for (const check of methodChecks({ method: builtIns.methods!['laplace']!, options, toy, ops: wasm })) {
    it(check.name, () => {
      const before = memory().numTensors;
      check.run();
      expect(memory().numTensors).toBe(before);
    });
  }
});

describe('the precision of the prior', () => {
  const spectrum = (curvatures: number[], weights: number[], underPrior = false): Spectrum => ({
    curvatures: Float64Array.from(curvatures),
    weights: Float64Array.from(weights),
    underPrior,
  });

  it.each([false, true])('is where the effective number of parameters is lambda |v|^2: %s', (underPrior) => {
    const spectra = [spectrum([0.5, 30, 1e4], [0.1, 1, -1.4], underPrior), spectrum([2], [0.3], underPrior)];
    const lambda = fitPrecision(spectra);
    expect(effectiveParameters(spectra, lambda)).toBeCloseTo(lambda * modeNorm(spectra, lambda), 10);
    for (const factor of [0.5, 0.99, 1.01, 2])
      expect(logEvidence(0, spectra, [factor * lambda, factor * lambda])).toBeLessThan(
        logEvidence(0, spectra, [lambda, lambda]),
      );
  });

  it('does not depend on weights that have no effect on any example', () => {
    const known = [30, 1e4];
    const lambda = fitPrecision([spectrum(known, [1, -1.4])]);
    expect(fitPrecision([spectrum([...known, 0, 0], [1, -1.4, 50, 80])])).toBeCloseTo(lambda, 10);
  });

  it('is the largest allowed one if the data suggest weights of 0', () => {
    expect(fitPrecision([spectrum([1], [0])])).toBeCloseTo(1e8, -3);
  });
});

function inputsOf({ x, inputs }: Toy, count: number) {
  const operand = ops.alloc([count, inputs]);
  ops.write(operand, x.subarray(0, count * inputs));
  return operand;
}

function withNetwork<T>(network: Network, use: (network: Network) => T): T {
  try {
    return use(network);
  } finally {
    network.dispose();
  }
}
