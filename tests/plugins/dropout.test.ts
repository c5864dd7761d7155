import { fold, parseOptions, rootKey, uniform, type Method } from '@bbb/core';
import { referenceOps, type Operand } from '@bbb/kernels';
import plugins, { atWeights, categoricalLikelihood, mlp, networkPass, type LinearPart } from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { batchesOf, freeBatches, readAll, toyContext, toyData, type Toy } from '@bbb/contract/toy';
import { adam } from '../support/trial.js';

const ops = referenceOps();
const KEY = rootKey(41);
const D = 30;
/** One linear unit, for which the effect of dropout on mean and variance is known exactly. */
const UNIT = mlp.create({ hidden: [], activation: 'relu' }, { inputShape: [D], outputs: 1 });
const UNIT_TOY = { architecture: UNIT, likelihood: categoricalLikelihood(1) };
const x = uniform(fold(KEY, 'x'), D, -1, 1);
const w = uniform(fold(KEY, 'w'), D, -1, 1);
const MEAN = x.reduce((sum, value, i) => sum + value * w[i]!, 0);
const SQUARES = x.reduce((sum, value, i) => sum + (value * w[i]!) ** 2, 0);

function operand(shape: number[], values: ArrayLike<number>): Operand {
  const made = ops.alloc(shape);
  ops.write(made, values);
  return made;
}

/** Mean and variance within 5 standard errors. The standard error of the variance comes from the fourth moment. */
function expectMoments(draws: readonly number[], mean: number, variance: number): void {
  const n = draws.length;
  const m = draws.reduce((a, b) => a + b, 0) / n;
  const central = (power: number): number => draws.reduce((a, b) => a + (b - m) ** power, 0) / n;
  expect(Math.abs(m - mean)).toBeLessThan(5 * Math.sqrt(variance / n));
  expect(Math.abs(central(2) - variance)).toBeLessThan(5 * Math.sqrt((central(4) - central(2) ** 2) / n));
}

function create(name: string, options: unknown, toy: Pick<Toy, 'architecture' | 'likelihood'> = UNIT_TOY) {
  const method: Method = plugins.methods![name]!;
  const optimizer = adam(0.01);
  return method.create(parseOptions(name, method.options, options), toyContext(ops, toy, optimizer, 8));
}

/** The unit's output for x in 4000 draws of a network with these weights. */
function sampled(name: string, options: unknown): number[] {
  const { model } = create(name, options);
  const params = {
    'layers.0.weight': operand([D, 1], w),
    'layers.0.bias': operand([1], [0]),
  };
  const input = operand([1, D], x);
  return Array.from({ length: 4000 }, (_, s) => {
    const network = model.draw(params, fold(KEY, 'draw', s));
    const outputs = network.outputs(input);
    const [value] = ops.read(outputs);
    ops.free(outputs);
    network.dispose();
    return value!;
  });
}

describe('dropout on a linear unit keeps the mean and has variance p / (1 - p) sum (w x)^2', () => {
  for (const p of [0.1, 0.5, 0.9]) {
    const variance = (p / (1 - p)) * SQUARES;

    it(`in training, with a mask for each example, p = ${p}`, () => {
      const rows = 4000;
      const batch = operand(
        [rows, D],
        Float32Array.from({ length: rows * D }, (_, i) => x[i % D]!),
      );
      const weights = { 'layers.0.weight': operand([D, 1], w), 'layers.0.bias': operand([1], [0]) };
      const out = networkPass(ops, UNIT, { pInput: p, p: 0.3 }).forward(batch, atWeights(ops, weights), KEY);
      expectMoments([...ops.read(out)], MEAN, variance);
    });

    it(`in draws of the network, p = ${p}`, () => {
      expectMoments(sampled('dropout', { pInput: p, p: 0.3 }), MEAN, variance);
    });

    it(`in draws of dropconnect, whose mask is on the weights, p = ${p}`, () => {
      expectMoments(sampled('dropconnect', { p }), MEAN, variance);
    });
  }
});

describe('the masks of training', () => {
  it('differ between examples, between layers and from step to step', () => {
    // All activations are positive, so a zero is a dropped unit.
    const wide = mlp.create({ hidden: [64, 64], activation: 'relu' }, { inputShape: [64], outputs: 1 });
    const ones = (shape: number[]): Operand =>
      operand(
        shape,
        new Float32Array(shape.reduce((a, b) => a * b, 1)).map(() => 1),
      );
    const weights = Object.fromEntries(
      wide.weights.map(({ name, shape }) => [name, ones([...shape])] as const),
    );
    const masks = new Set<string>();
    const plain = atWeights(ops, weights);
    const pass = networkPass(ops, wide, { p: 0.5, pInput: 0.5 });
    // Dropout has removed elements from the input of every layer.
    const watched: LinearPart = {
      ...plain,
      forward(layer, out, input, relu) {
        const values = ops.read(input);
        for (const row of [0, 64])
          masks.add(
            values
              .subarray(row, row + 64)
              .map(Math.sign)
              .join(''),
          );
        plain.forward(layer, out, input, relu);
      },
    };
    for (const key of [rootKey(1), rootKey(2)]) pass.forward(ones([2, 64]), watched, key);
    expect(masks.size).toBe(2 * 3 * 2);
  });
});

describe('dropout with p = 0', () => {
  const trained = (name: string, options: unknown) => {
    const { model, trainer } = create(name, options, toyData(KEY, 20));
    const state = trainer.init(model.init(KEY));
    const batches = batchesOf(ops, toyData(KEY, 20), 8);
    for (const batch of batches)
      trainer.step(state, batch, { learningRate: 0.01, key: fold(KEY, batch.index) });
    freeBatches(ops, batches);
    return { stochastic: model.stochastic, params: readAll(ops, state.params) };
  };

  it('has the bits of the plain network', () => {
    const plain = trained('sgd', {});
    expect(plain.stochastic).toBe(false);
    expect(trained('dropout', { p: 0, pInput: 0 })).toEqual(plain);
    expect(trained('dropconnect', { p: 0 })).toEqual(plain);
    expect(trained('dropout', { p: 0.1, pInput: 0 }).params).not.toEqual(plain.params);
  });

  it('on the hidden units only does not change the inputs', () => {
    const rows = 3;
    const values = uniform(fold(KEY, 'rows'), rows * D, -1, 1);
    const weights = { 'layers.0.weight': operand([D, 1], w), 'layers.0.bias': operand([1], [0]) };
    const plain = atWeights(ops, weights);
    let seen: Float32Array | undefined;
    const watched: LinearPart = {
      ...plain,
      forward(layer, out, input, relu) {
        seen = Float32Array.from(ops.read(input));
        plain.forward(layer, out, input, relu);
      },
    };
    networkPass(ops, UNIT, { p: 0.5, pInput: 0 }).forward(operand([rows, D], values), watched, KEY);
    expect(seen).toEqual(values);
  });
});
