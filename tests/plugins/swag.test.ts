import {
  architectureOf,
  createRegistry,
  definePlugin,
  disposeState,
  fold,
  makeMethod,
  normals,
  rootKey,
  type MadeMethod,
  type Method,
  type TrainingState,
} from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import plugins, { categoricalLikelihood, layersOf } from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const ops = referenceOps();
const WEIGHT = 'layers.0.weight';
/** One layer with four weights and two biases. */
const architecture = architectureOf([2], layersOf([2], [{ kind: 'dense', units: 2 }]));
const context = {
  architecture,
  likelihood: categoricalLikelihood(2),
  ops,
  optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0 } as const,
  batchSize: 4,
};

const CURVATURE = [1, 2, 4, 8];
/** The correlation of the noise of two neighbouring weights. */
const SHARED = 0.6;

/**
 * Stochastic gradient descent on sum_i a_i (w_i - i)^2 / 2. The gradients have noise of variance 1, correlated
 * between weights 0 and 1 and between 2 and 3. A step of size e multiplies w by r_i = 1 - e a_i. So the stationary
 * covariance is e^2 C_ij / (1 - r_i r_j), where C is the covariance of the noise.
 */
const quadratic: Method<Record<string, never>> = {
  description: 'A quadratic.',
  options: z.strictObject({}),
  pruner: 'magnitude',
  create(_options, made) {
    const { model, trainer } = plugins.methods!['sgd']!.create({ initialiser: { kind: 'fan-in' } }, made);
    return {
      model,
      trainer: {
        ...trainer,
        step(state, _batch, { learningRate, key }) {
          const own = normals(fold(key, 'own'), 4);
          const pair = normals(fold(key, 'pair'), 2);
          const noise = own.map(
            (z, i) => Math.sqrt(1 - SHARED) * z + Math.sqrt(SHARED) * pair[Math.floor(i / 2)]!,
          );
          const w = ops.read(state.params[WEIGHT]!);
          ops.write(
            state.params[WEIGHT]!,
            w.map((value, i) => value - learningRate * (CURVATURE[i]! * (value - i) + noise[i]!)),
          );
          state.step++;
          return { nll: 0, error: 0 };
        },
      },
    };
  },
};
const registry = createRegistry([
  plugins,
  definePlugin({ name: 'bbb-plugin-quadratic', methods: { quadratic } }),
]);
const swagOf = (options: object): MadeMethod =>
  makeMethod(
    { use: 'swag', options: { of: { use: 'quadratic', options: {} }, ...options } },
    context,
    registry,
  );

/** Trains this many epochs of this many steps, and calls `look` with the weights after each. */
function train(
  { model, trainer }: MadeMethod,
  [epochs, batches]: readonly [number, number],
  look: (w: readonly number[], epoch: number) => void = () => undefined,
): TrainingState {
  const x = ops.alloc([4, 2]);
  const state = trainer.init(model.init(rootKey(1)));
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let index = 0; index < batches; index++) {
      const batch = { x, targets: new Uint8Array(4), index, batches, examples: 4 * batches };
      trainer.step(state, batch, { learningRate: 0.05, key: fold(rootKey(2), epoch, index), epoch, epochs });
      look(Array.from(ops.read(state.params[WEIGHT]!)), epoch);
    }
  }
  ops.free(x);
  return state;
}

function covariance(samples: readonly (readonly number[])[]): number[][] {
  const mean = samples[0]!.map((_, i) => samples.reduce((sum, w) => sum + w[i]!, 0) / samples.length);
  return mean.map((_, i) =>
    mean.map(
      (_, j) => samples.reduce((sum, w) => sum + (w[i]! - mean[i]!) * (w[j]! - mean[j]!), 0) / samples.length,
    ),
  );
}

/** diag(variance) / 2 + D D^T / (2 (K - 1)), from the kept iterates. */
function covarianceOf({ params }: TrainingState, rank: number): number[][] {
  const variance = ops.read(params[`swag.variance.${WEIGHT}`]!);
  const columns = Array.from({ length: rank }, (_, k) => ops.read(params[`swag.deviation.${k}.${WEIGHT}`]!));
  return Array.from(variance, (v, i) =>
    Array.from(
      variance,
      (_, j) => columns.reduce((sum, d) => sum + d[i]! * d[j]!, 0) / (2 * (rank - 1)) + (i === j ? v / 2 : 0),
    ),
  );
}

const drawn = ({ model }: MadeMethod, state: TrainingState, count: number): number[][] =>
  model.draws(count, rootKey(3)).map((draw) => {
    const network = model.draw(state.params, draw);
    const w = Array.from(ops.read(network.weights[WEIGHT]!));
    network.dispose();
    return w;
  });

describe('SWAG', () => {
  it('has the known mean and covariance of the iterates on a quadratic', () => {
    const rank = 800;
    const made = swagOf({ rank, start: 0.1, perEpoch: 250, learningRate: 0.1 });
    const state = train(made, [16, 500]);
    const noise = (i: number, j: number): number =>
      i === j ? 1 : Math.floor(i / 2) === Math.floor(j / 2) ? SHARED : 0;
    const known = CURVATURE.map((a, i) =>
      CURVATURE.map((b, j) => (0.01 * noise(i, j)) / (1 - (1 - 0.1 * a) * (1 - 0.1 * b))),
    );
    const { mu } = made.model.posterior(state.params)[0]!;
    mu.forEach((m, i) => expect(Math.abs(m - i)).toBeLessThan(0.03));
    const found = covarianceOf(state, rank);
    known.forEach((row, i) =>
      row.forEach((expected, j) => {
        // Only the low-rank half includes covariances of two weights, so these are halved.
        const half = i === j ? expected : expected / 2;
        expect(Math.abs(found[i]![j]! - half)).toBeLessThan(0.12 * Math.sqrt(known[i]![i]! * known[j]![j]!));
      }),
    );
    disposeState(ops, state);
  });

  it('agrees with algorithm 1 for the iterates that it collects', () => {
    const made = swagOf({ rank: 3, start: 0.5, perEpoch: 2, learningRate: 0.2 });
    const all: { w: readonly number[]; epoch: number }[] = [];
    const state = train(made, [4, 6], (w, epoch) => all.push({ w, epoch }));
    // The iterates after 3 and 6 steps of epochs 2 and 3.
    const taken = all.filter(({ epoch }, i) => epoch >= 2 && (i + 1) % 3 === 0).map(({ w }) => w);
    expect(taken).toHaveLength(4);
    const running = taken.map((_, n) =>
      taken[0]!.map((_, i) => taken.slice(0, n + 1).reduce((sum, w) => sum + w[i]!, 0) / (n + 1)),
    );
    const mean = running.at(-1)!;
    const deviations = taken.map((w, n) => w.map((value, i) => value - running[n]![i]!)).slice(-3);
    const { mu, sigma } = made.model.posterior(state.params)[0]!;
    mean.forEach((m, i) => {
      const second = taken.reduce((sum, w) => sum + w[i]! ** 2, 0) / taken.length;
      const low = deviations.reduce((sum, d) => sum + d[i]! ** 2, 0) / (2 * (3 - 1));
      expect(mu[i]).toBeCloseTo(m, 6);
      expect(sigma![i]).toBeCloseTo(Math.sqrt((second - m * m) / 2 + low), 6);
    });
    // Draws have the same covariance, to within some standard errors.
    const known = covarianceOf(state, 3);
    covariance(drawn(made, state, 3000)).forEach((row, i) =>
      row.forEach((c, j) => {
        const scale = Math.sqrt(known[i]![i]! * known[j]![j]!);
        expect(Math.abs(c - known[i]![j]!)).toBeLessThan(4 * Math.sqrt(2 / 3000) * scale);
      }),
    );
    disposeState(ops, state);
  });

  it('trains at its constant rate while it collects, and forgets the iterates of an earlier training', () => {
    const rates: number[] = [];
    const made = swagOf({ rank: 2, start: 0.5, perEpoch: 1, learningRate: 0.2 });
    const state = train(made, [2, 3]);
    expect([...ops.read(state.params['swag.count']!)]).toEqual([1]);
    const before = ops.read(state.params[WEIGHT]!);
    const batch = { x: ops.alloc([4, 2]), targets: new Uint8Array(4), batches: 3, examples: 12 };
    for (const [epoch, index] of [
      [0, 1],
      [1, 0],
    ] as const) {
      ops.write(state.params[WEIGHT]!, before);
      const step = { learningRate: 0.05, key: rootKey(9), epoch, epochs: 2 };
      made.trainer.step(state, { ...batch, index }, step);
      rates.push(ops.read(state.params[WEIGHT]!)[0]! - before[0]!);
    }
    expect(rates[1]! / rates[0]!).toBeCloseTo(4, 10);
    made.trainer.step(
      state,
      { ...batch, index: 0 },
      { learningRate: 0.05, key: rootKey(9), epoch: 0, epochs: 2 },
    );
    expect([...ops.read(state.params['swag.count']!)]).toEqual([0]);
    disposeState(ops, state);
  });

  it('equals the point method before the first iterate', () => {
    const made = swagOf({});
    const params = made.model.init(rootKey(1));
    const own = Array.from(ops.read(params[WEIGHT]!));
    for (const draw of ['mean', rootKey(5)] as const) {
      const network = made.model.draw(params, draw);
      expect(Array.from(ops.read(network.weights[WEIGHT]!))).toEqual(own);
      network.dispose();
    }
  });

  it('refuses a method whose weights are not points', () => {
    for (const use of ['bbb-gaussian', 'ensemble'])
      expect(() => swagOf({ of: { use, options: {} } })).toThrow(
        expect.objectContaining({ code: 'E_OPTIONS', hint: expect.stringContaining('sgd') }),
      );
  });
});
