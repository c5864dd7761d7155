import { fold, parseOptions, rootKey, uniform, type Method } from '@bbb/core';
import { referenceOps, type Operand } from '@bbb/kernels';
import plugins, { gaussianLikelihood, mlp, type GaussianOptions } from '@bbb/plugins';
import { batchesOf, toyContext, toyData } from '@bbb/contract/toy';
import { describe, expect, it } from 'vitest';
import { adam } from '../support/trial.js';

const ops = referenceOps();
const KEY = rootKey(61);
const ROWS = 6;
const SCALING = { mean: 20, sd: 5 };
const SCALE = 0.25;
const NOISES: GaussianOptions[] = [
  { noise: 'learned', sd: 0.5 },
  { noise: 'fixed', sd: 0.3 },
  { noise: 'per-input', sd: 0.7 },
];

function operand(shape: readonly number[], values: ArrayLike<number>): Operand {
  const made = ops.alloc(shape);
  ops.write(made, values);
  return made;
}

const targets = Float32Array.from(
  uniform(fold(KEY, 'y'), ROWS, -1.5, 1.5),
  (y) => SCALING.mean + SCALING.sd * y,
);
/** log N(y; mean, sd^2), by its definition. */
const logNormal = (y: number, mean: number, sd: number): number =>
  -Math.log(sd * Math.sqrt(2 * Math.PI)) - (y - mean) ** 2 / (2 * sd * sd);

describe.each(NOISES)('a Gaussian likelihood with noise $noise', (options) => {
  const likelihood = gaussianLikelihood(options, SCALING, { kind: 'real', unit: 'EUR' });
  const { outputs } = likelihood;
  const values = uniform(fold(KEY, 'outputs'), ROWS * outputs, -1, 1);
  const logSd = Math.log(options.sd) + 0.2;
  const parameters = Object.fromEntries(
    likelihood.parameters.map(({ name }) => [name, operand([1], [logSd])]),
  );
  const numbers = Object.fromEntries(Object.entries(parameters).map(([name, x]) => [name, ops.read(x)]));
  const out = operand([ROWS, outputs], values);

  /** Mean and standard deviation of a row in the target's own unit. */
  const row = (r: number): [number, number] => {
    const log = {
      learned: logSd,
      fixed: Math.log(options.sd),
      'per-input': Math.log(options.sd) + values[2 * r + 1]!,
    }[options.noise];
    return [SCALING.mean + SCALING.sd * values[outputs * r]!, SCALING.sd * Math.exp(log)];
  };

  it('has the outputs and the parameters that it needs', () => {
    expect(outputs).toBe(options.noise === 'per-input' ? 2 : 1);
    expect(likelihood.parameters.map(({ name, initial }) => [name, initial])).toEqual(
      options.noise === 'learned' ? [['likelihood.logSd', Math.log(0.5)]] : [],
    );
    expect(likelihood.headline).toMatchObject({
      metric: 'rmse',
      unit: 'EUR',
      better: 'lower',
      error: 'RMSE',
    });
  });

  it('has the NLL and the squared error of the target in its own unit: standardisation is undone', () => {
    const { nll, error } = likelihood.nll(ops, out, targets, parameters);
    const exact = Array.from(targets, (y, r) => -logNormal(y, ...row(r)));
    const squares = Array.from(targets, (y, r) => (y - row(r)[0]) ** 2);
    const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
    expect(nll).toBeCloseTo(sum(exact), 10);
    expect(error).toBeCloseTo(sum(squares), 9);
    expect(likelihood.error(error, ROWS)).toBeCloseTo(Math.sqrt(sum(squares) / ROWS), 10);

    // Selection and evaluation must give the same numbers for one member.
    const validated = likelihood.validate(Float64Array.from(values), targets, numbers);
    expect(validated.nll).toBeCloseTo(nll / ROWS, 10);
    expect(validated.error).toBeCloseTo(Math.sqrt(error / ROWS), 10);
    const accumulator = likelihood.accumulator(ROWS);
    accumulator.add(Float64Array.from(values), numbers);
    const { metrics } = likelihood.evaluate(accumulator.finish(), targets, {});
    expect(metrics.nll).toBeCloseTo(nll / ROWS, 10);
    expect(metrics.rmse).toBeCloseTo(Math.sqrt(error / ROWS), 10);
    expect(metrics.epistemic).toBe(0);
    expect(metrics.aleatoric).toBeCloseTo(
      Math.sqrt(sum(Array.from(targets, (_, r) => row(r)[1] ** 2)) / ROWS),
      10,
    );
  });

  it('gives the same experiment in another unit: the NLL changes by the log of the factor, errors by the factor', () => {
    const factor = 1000;
    const cents = gaussianLikelihood(
      options,
      { mean: factor * SCALING.mean, sd: factor * SCALING.sd },
      { kind: 'real' },
    );
    const scaled = Float64Array.from(targets, (y) => factor * y) as unknown as Float32Array;
    const [a, b] = [likelihood.nll(ops, out, targets, parameters), cents.nll(ops, out, scaled, parameters)];
    expect(b.nll - a.nll).toBeCloseTo(ROWS * Math.log(factor), 9);
    expect(b.error / a.error).toBeCloseTo(factor ** 2, 3);
  });

  it('has the gradients of central differences, of outputs and of its own parameters', () => {
    const gradient = {
      outputs: ops.alloc([ROWS, outputs]),
      parameters: Object.fromEntries(Object.keys(parameters).map((name) => [name, ops.alloc([1])])),
      scale: SCALE,
    };
    likelihood.nll(ops, out, targets, parameters, gradient);
    const slope = (x: Operand, i: number): number => {
      const start = Float64Array.from(ops.read(x));
      const at = (h: number): number => {
        ops.write(
          x,
          start.map((value, j) => (j === i ? value + h : value)),
        );
        return likelihood.nll(ops, out, targets, parameters).nll;
      };
      const found = (at(1e-5) - at(-1e-5)) / 2e-5;
      ops.write(x, start);
      return SCALE * found;
    };
    ops.read(gradient.outputs).forEach((g, i) => expect(g).toBeCloseTo(slope(out, i), 7));
    for (const [name, x] of Object.entries(parameters))
      expect(ops.read(gradient.parameters[name]!)[0]).toBeCloseTo(slope(x, 0), 7);
  });

  it('may write the gradient over the outputs', () => {
    const [apart, over] = [ops.alloc([ROWS, outputs]), operand([ROWS, outputs], values)];
    const own = Object.fromEntries(Object.keys(parameters).map((name) => [name, ops.alloc([1])]));
    likelihood.nll(ops, out, targets, parameters, { outputs: apart, parameters: own, scale: 1 });
    likelihood.nll(ops, over, targets, parameters, { outputs: over, parameters: own, scale: 1 });
    expect(ops.read(over)).toEqual(ops.read(apart));
  });
});

describe('the baseline of a regression', () => {
  it('is the RMSE of predicting the mean of the training targets', () => {
    const likelihood = gaussianLikelihood(NOISES[0]!, SCALING, { kind: 'real' });
    const test = Float32Array.of(10, 24, 20);
    expect(likelihood.baseline(targets, test)).toBeCloseTo(Math.sqrt((100 + 16) / 3), 12);
  });
});

describe('a network with a Gaussian likelihood', () => {
  it.each([
    ['bbb-gaussian', { noise: 'per-input', sd: 0.5 }],
    ['sgd', { noise: 'per-input', sd: 0.5 }],
    ['bbb-gaussian', { noise: 'fixed', sd: 0.2 }],
  ] as const)(
    '%s with %j steps along the gradient of its cost, through the noise as well',
    (name, options) => {
      const data = toyData(KEY, 8, 'regression');
      const likelihood = gaussianLikelihood(options, SCALING, { kind: 'real' });
      const architecture = mlp.create(
        { hidden: [3], activation: 'tanh' },
        { inputShape: [4], outputs: likelihood.outputs },
      );
      const plain = { kind: 'sgd', learningRate: 1, momentum: 0 } as const;
      const method: Method = plugins.methods![name]!;
      const context = toyContext(ops, { architecture, likelihood }, plain, 8);
      const { model, trainer } = method.create(parseOptions(name, method.options, {}), context);
      const state = trainer.init(model.init(KEY));
      const [batch] = batchesOf(ops, data, 8);
      const key = fold(KEY, 'step');
      const slopes = Object.entries(state.params).map(([parameter, x]) => {
        const start = Float64Array.from(ops.read(x));
        const found = start.map((_, i) => {
          const at = (h: number): number => {
            ops.write(
              x,
              start.map((value, j) => (j === i ? value + h : value)),
            );
            return trainer.cost!(state.params, batch!, key) / 8;
          };
          return (at(1e-5) - at(-1e-5)) / 2e-5;
        });
        ops.write(x, start);
        return [parameter, start, found] as const;
      });
      trainer.step(state, batch!, { learningRate: 1, key });
      for (const [parameter, start, found] of slopes) {
        const after = ops.read(state.params[parameter]!);
        found.forEach((slope, i) =>
          expect(Math.abs(start[i]! - after[i]! - slope)).toBeLessThan(1e-6 * (1 + Math.abs(slope))),
        );
      }
    },
  );

  it('learns noise that grows with the input, if the network predicts the noise', () => {
    const likelihood = gaussianLikelihood(
      { noise: 'per-input', sd: 0.5 },
      { mean: 0, sd: 1 },
      { kind: 'real' },
    );
    const architecture = mlp.create({ hidden: [], activation: 'tanh' }, { inputShape: [1], outputs: 2 });
    const optimizer = adam(0.02);
    const method: Method = plugins.methods!.sgd!;
    const context = toyContext(ops, { architecture, likelihood }, optimizer, 400);
    const { model, trainer } = method.create(parseOptions('sgd', method.options, {}), context);
    const state = trainer.init(model.init(KEY));
    const count = 400;
    const x = uniform(fold(KEY, 'inputs'), count, -1, 1);
    const z = ops.alloc([count]);
    ops.standardNormal(z, fold(KEY, 'noise'));
    // log sd = -1.5 + x, mean = 2 x.
    const y = Float32Array.from(ops.read(z), (e, i) => 2 * x[i]! + Math.exp(-1.5 + x[i]!) * e);
    const batch = { x: operand([count, 1], x), targets: y, index: 0, batches: 1, examples: count };
    for (let s = 0; s < 600; s++) trainer.step(state, batch, { learningRate: 0.02, key: KEY });
    const [slope, growth] = ops.read(state.params['layers.0.weight']!);
    const [offset, level] = ops.read(state.params['layers.0.bias']!);
    expect([slope, growth].map((v) => Math.round(4 * v!) / 4)).toEqual([2, 1]);
    expect(Math.abs(offset!)).toBeLessThan(0.05);
    expect(Math.abs(Math.log(0.5) + level! + 1.5)).toBeLessThan(0.15);
  });
});
