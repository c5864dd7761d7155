import { examplesOf, toyContext, toyData, type Toy } from '@bbb/contract/toy';
import {
  createRegistry,
  decide,
  fold,
  makeMethod,
  pruneContext,
  rootKey,
  scoreWeights,
  sizeOf,
  trainEpoch,
  uniform,
  updateKept,
  withNetwork,
  type KeepMasks,
  type Model,
  type Params,
  type PruneContext,
  type Scored,
} from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import builtIns, { gaussianLikelihood, mlp } from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { solve } from '../support/linear-algebra.js';
import { adam } from '../support/trial.js';

const ops = referenceOps();
const KEY = rootKey(91);
const registry = createRegistry([builtIns]);
const ADAM = adam(0.02);

interface Trained {
  readonly toy: Toy;
  readonly model: Model;
  readonly params: Params;
  readonly context: PruneContext;
}

/** @param weights the values of the weights, by name */
function trained(
  toy: Toy,
  use: { use: string; options: Record<string, unknown> },
  weights: Record<string, number[]>,
): Trained {
  const { model } = makeMethod(use, toyContext(ops, toy, ADAM, 16), registry);
  const params = model.init(KEY);
  for (const [name, values] of Object.entries(weights)) ops.write(params[name]!, values);
  const { likelihood } = toy;
  const context = pruneContext({ ops, model, likelihood, params, init: KEY, examples: examplesOf(toy) });
  return { toy, model, params, context };
}

/** The summed negative log-likelihood of all examples, nats. */
function nll({ toy, model, params }: Trained): number {
  const x = ops.alloc([toy.targets.length, toy.inputs]);
  ops.write(x, toy.x);
  return withNetwork(
    model,
    params,
    'mean',
    (network) => toy.likelihood.nll(ops, network.outputs(x), toy.targets, network.likelihood).nll,
  );
}

/** The change of the loss when one weight is removed. */
function without(of: Trained, name: string, i: number, loss: () => number = () => nll(of)): number {
  const values = Float64Array.from(ops.read(of.params[name]!));
  const before = loss();
  ops.write(of.params[name]!, values.with(i, 0));
  const after = loss();
  ops.write(of.params[name]!, values);
  return after - before;
}

function scored({ context }: Trained, use: string, options: Record<string, unknown> = {}): Scored {
  return scoreWeights({ use, options }, registry, context, { include: ['weight', 'bias'] }, KEY);
}

const scoresOf = (of: Trained, use: string, name: string, options: Record<string, unknown> = {}) =>
  scored(of, use, options).tensors.find((tensor) => tensor.name === name)!.scores;

describe('on a quadratic, linear regression at its minimum', () => {
  const [N, LAMBDA, SD] = [40, 3, 0.4];
  const noise = uniform(fold(KEY, 'x'), 5 * N, -1, 1);
  /** Correlated inputs, so that one weight can replace another. The targets have no bias. */
  const X = Array.from({ length: N }, (_, r) => {
    const [a, b, c, d] = noise.subarray(5 * r, 5 * r + 4) as unknown as [number, number, number, number];
    return [a, 0.8 * a + 0.5 * b, 0.6 * b + 0.6 * c, d].map(Math.fround);
  });
  const targets = Float32Array.from(
    X,
    ([a, b, c, d], r) => a! - 0.6 * b! + 0.3 * c! + 0.1 * d! + 0.3 * noise[5 * r + 4]!,
  );
  const toy: Toy = {
    architecture: mlp.create({ hidden: [], activation: 'relu' }, { inputShape: [4], outputs: 1 }),
    likelihood: gaussianLikelihood({ noise: 'fixed', sd: SD }, { mean: 0, sd: 1 }, { kind: 'real' }),
    x: Float32Array.from(X.flat()),
    targets,
    inputs: 4,
  };
  const WEIGHT = 'layers.0.weight';
  const hessian = [0, 1, 2, 3].map((i) =>
    [0, 1, 2, 3].map((j) => X.reduce((s, x) => s + x[i]! * x[j]!, 0) / SD ** 2),
  );
  const pull = [0, 1, 2, 3].map((i) => X.reduce((s, x, r) => s + x[i]! * targets[r]!, 0) / SD ** 2);
  /** The minimum of nll + precision |w|^2 / 2 over the weights in `free`; the others are 0. */
  const minimum = (precision: number, free = [0, 1, 2, 3]): number[] => {
    const found = solve(
      free.map((i) => free.map((j) => hessian[i]![j]! + (i === j ? precision : 0))),
      free.map((i) => pull[i]!),
    );
    return [0, 1, 2, 3].map((i) => found[free.indexOf(i)] ?? 0);
  };
  const at = (w: number[], use = 'sgd', options = {}): Trained =>
    trained(toy, { use, options }, { [WEIGHT]: w, 'layers.0.bias': [0] });

  it('obd is how much the loss grows when a weight is removed', () => {
    const of = at(minimum(0));
    scoresOf(of, 'obd', WEIGHT).forEach((score, i) => expect(score).toBeCloseTo(without(of, WEIGHT, i), 4));
  });

  it('opd is how much the negative log posterior grows, under the prior of the weights or a given one', () => {
    const of = at(minimum(LAMBDA), 'map-gaussian', { sigma: 1 / Math.sqrt(LAMBDA) });
    const loss = (): number =>
      nll(of) + (LAMBDA / 2) * [...ops.read(of.params[WEIGHT]!)].reduce((s, w) => s + w * w, 0);
    const grown = [0, 1, 2, 3].map((i) => without(of, WEIGHT, i, loss));
    scoresOf(of, 'opd', WEIGHT).forEach((score, i) => expect(score).toBeCloseTo(grown[i]!, 4));
    const plain = at(minimum(LAMBDA));
    scoresOf(plain, 'opd', WEIGHT, { priorPrecision: LAMBDA }).forEach((score, i) =>
      expect(score).toBeCloseTo(grown[i]!, 4),
    );
  });

  const OBS = { damping: 1e-6 };
  it('obs is how much the loss grows when a weight is removed and the others are adjusted', () => {
    const of = at(minimum(0));
    const least = nll(of);
    scoresOf(of, 'obs', WEIGHT, OBS).forEach((score, i) => {
      const others = [0, 1, 2, 3].filter((j) => j !== i);
      expect(score / (nll(at(minimum(0, others))) - least)).toBeCloseTo(1, 4);
    });
  });

  it('obs moves the kept weights to the minimum without the removed ones, also for several at once', () => {
    for (const kept of [[0], [1, 3], [0, 2, 3], [0, 1, 2]]) {
      const of = at(minimum(0));
      const keep: KeepMasks = {
        [WEIGHT]: Uint8Array.from([0, 1, 2, 3], (i) => (kept.includes(i) ? 1 : 0)),
      };
      updateKept(ops, of.model, of.params, 'obs', scored(of, 'obs', OBS), keep, of.context);
      const moved = ops.read(of.params[WEIGHT]!);
      for (const i of kept) expect(moved[i]!).toBeCloseTo(minimum(0, kept)[i]!, 4);
    }
  });

  it('obs moves the mean of a posterior that has other parameters, too', () => {
    const of = at(minimum(0), 'laplace', { layers: 'all' });
    const keep: KeepMasks = { [WEIGHT]: Uint8Array.of(1, 1, 0, 1) };
    const sigmas = [...ops.read(of.params[`laplace.${WEIGHT}.sigma`]!)];
    updateKept(ops, of.model, of.params, 'obs', scored(of, 'obs', OBS), keep, of.context);
    expect(ops.read(of.params[WEIGHT]!)[0]!).toBeCloseTo(minimum(0, [0, 1, 3])[0]!, 4);
    expect([...ops.read(of.params[`laplace.${WEIGHT}.sigma`]!)]).toEqual(sigmas);
  });

  it('obs with blocks of one weight is obd', () => {
    const of = at(minimum(0));
    const obd = scoresOf(of, 'obd', WEIGHT);
    scoresOf(of, 'obs', WEIGHT, { blockSize: 1, ...OBS }).forEach((score, i) =>
      expect(score / obd[i]!).toBeCloseTo(1, 5),
    );
  });
});

describe('on a trained network', () => {
  const toy = toyData(KEY, 80, 'mlp');
  const context = toyContext(ops, toy, ADAM, 50);
  const { model, trainer } = makeMethod({ use: 'map-gaussian', options: { sigma: 1 } }, context, registry);
  const state = trainer.init(model.init(KEY));
  const training = {
    epochs: 60,
    batchSize: 50,
    optimizer: ADAM,
    schedule: { kind: 'cosine' as const },
  };
  const { likelihood } = toy;
  const run = { ops, model, trainer, likelihood, state, examples: examplesOf(toy), training, key: KEY };
  for (let epoch = 0; epoch < training.epochs; epoch++) trainEpoch(run, epoch);
  const of: Trained = {
    toy,
    model,
    params: state.params,
    context: pruneContext({
      ops,
      model,
      likelihood,
      params: state.params,
      init: KEY,
      examples: examplesOf(toy),
    }),
  };
  const elements = toy.architecture.weights.flatMap(({ name, shape }) =>
    Array.from({ length: sizeOf(shape) }, (_, i) => [name, i] as const),
  );
  const flat = (use: string): number[] => scored(of, use).tensors.flatMap(({ scores }) => [...scores]);
  const prior = (): number =>
    toy.architecture.weights.reduce(
      (s, { name }) => s + [...ops.read(of.params[name]!)].reduce((a, w) => a + (w * w) / 2, 0),
      0,
    );

  it('opd ranks weights nearly as removing each of them does, and better than magnitude does', () => {
    const grown = elements.map(([name, i]) => without(of, name, i, () => nll(of) + prior()));
    const [ours, size] = [rankCorrelation(flat('opd'), grown), rankCorrelation(flat('magnitude'), grown)];
    expect(ours).toBeGreaterThan(0.9);
    expect(ours).toBeGreaterThan(size);
  });

  it('taylor is the slope of the mean loss along the weight, by finite differences', () => {
    const taylor = flat('taylor');
    elements.forEach(([name, i], e) => {
      if (e % 4 !== 0) return;
      const values = Float64Array.from(ops.read(of.params[name]!));
      const [up, down] = [1 + 1e-4, 1 - 1e-4].map((factor) => {
        ops.write(of.params[name]!, values.with(i, values[i]! * factor));
        return nll(of) / 80;
      });
      ops.write(of.params[name]!, values);
      expect(taylor[e]).toBeCloseTo(Math.abs((up! - down!) / 2e-4), 7);
    });
  });

  it('wanda is abs(w) times the size of the input, and removes the same share from each unit', () => {
    const own = scored(of, 'wanda');
    const [first] = toy.architecture.weights;
    const rms = [0, 1, 2, 3].map((c) =>
      Math.sqrt(Array.from({ length: 80 }, (_, n) => toy.x[4 * n + c]! ** 2).reduce((a, b) => a + b) / 80),
    );
    const w = ops.read(of.params[first!.name]!);
    own.tensors[0]!.scores.forEach((score, i) =>
      expect(score).toBeCloseTo(Math.abs(w[i]!) * rms[Math.floor(i / 16)]!, 6),
    );
    const { keep } = decide(own, { share: 0.4 }, 'global', toy.architecture);
    for (let unit = 0; unit < 16; unit++) {
      const rows = [0, 1, 2, 3].map((r) => keep[first!.name]![r * 16 + unit]!);
      // There are four weights and a bias, and two are removed.
      expect([...rows, keep['layers.0.bias']![unit]!].filter((kept) => kept === 0)).toHaveLength(2);
    }
  });
});

describe('an input that is always zero', () => {
  const toy = toyData(KEY, 30, 'mlp');
  const x = toy.x.map((value, i) => (i % 4 === 2 ? 0 : value));
  const of = trained({ ...toy, x }, { use: 'sgd', options: {} }, {});
  it.each(['obd', 'taylor', 'wanda', 'obs'])(
    'loses its weights first, without any change of the loss: %s',
    (use) => {
      const scores = scoresOf(of, use, 'layers.0.weight');
      const dead = scores.subarray(32, 48);
      const alive = [...scores.subarray(0, 32), ...scores.subarray(48)];
      expect([...dead].every((score) => score === 0)).toBe(true);
      expect(alive.filter((score) => score > 0).length).toBeGreaterThan(40);
    },
  );
});

/** Spearman's rank correlation. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]): number[] => {
    const order = values.map((_, i) => i).toSorted((i, j) => values[i]! - values[j]!);
    const rank = values.map(() => 0);
    order.forEach((i, r) => (rank[i] = r));
    return rank;
  };
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (a.length - 1) / 2;
  const [xy, xx] = x.reduce(
    ([p, q], r, i) => [p! + (r - mean) * (y[i]! - mean), q! + (r - mean) ** 2],
    [0, 0],
  ) as [number, number];
  return xy / xx;
}
