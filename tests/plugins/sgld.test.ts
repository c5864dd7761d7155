import {
  disposeState,
  fold,
  parseOptions,
  rootKey,
  uniform,
  type MadeMethod,
  type TrainingState,
} from '@bbb/core';
import { referenceOps, type Operand } from '@bbb/kernels';
import { toyContext } from '@bbb/contract/toy';
import plugins, { gaussianLikelihood, langevinStep, mlp, sampledShare } from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { inverse } from '../support/linear-algebra.js';

const ops = referenceOps();
const KEY = rootKey(31);
const N = 40;
const NOISE = 0.5;
const SIGMA = 0.8; // prior
const architecture = mlp.create({ hidden: [], activation: 'relu' }, { inputShape: [2], outputs: 1 });
const likelihood = gaussianLikelihood({ noise: 'fixed', sd: NOISE }, { mean: 0, sd: 1 }, { kind: 'real' });

/** Two correlated inputs, and the column of ones for the bias. */
const noise = uniform(fold(KEY, 'x'), 3 * N, -1.7, 1.7);
const X = Array.from({ length: N }, (_, r) => {
  const [a, b] = [noise[3 * r]!, noise[3 * r + 1]!];
  return [a, 0.5 * a + 0.8 * b, 1];
});
const Y = X.map(([a, b], r) => 0.7 * a! - 0.4 * b! + 0.2 + 0.4 * noise[3 * r + 2]!);

const INDICES = [0, 1, 2] as const;
/** Lambda = X'X / noise^2 + I / sigma^2; the posterior is N(Lambda^-1 rhs, Lambda^-1). */
const precision = INDICES.map((i) =>
  INDICES.map(
    (j) => X.reduce((sum, x) => sum + x[i]! * x[j]!, 0) / NOISE ** 2 + (i === j ? 1 / (SIGMA * SIGMA) : 0),
  ),
);
const rhs = INDICES.map((i) => X.reduce((sum, x, r) => sum + x[i]! * Y[r]!, 0) / NOISE ** 2);
const covariance = inverse(precision);
const exactMean = INDICES.map((i) => covariance[i]!.reduce((sum, c, j) => sum + c * rhs[j]!, 0));

function sgldOf(options: object, learningRate: number): MadeMethod {
  const method = plugins.methods!['sgld']!;
  const optimizer = { kind: 'sgd', learningRate, momentum: 0 } as const;
  const context = toyContext(ops, { architecture, likelihood }, optimizer, N);
  return method.create(parseOptions('sgld', method.options, { sigma: SIGMA, ...options }), context);
}

/** Trains this number of epochs, each with one batch of all examples. */
function train({ model, trainer }: MadeMethod, epochs: number, learningRate: number): TrainingState {
  const x = ops.alloc([N, 2]);
  ops.write(
    x,
    X.flatMap((row) => row.slice(0, 2)),
  );
  const batch = { x, targets: Float32Array.from(Y), index: 0, batches: 1, examples: N };
  const state = trainer.init(model.init(KEY));
  for (let epoch = 0; epoch < epochs; epoch++)
    trainer.step(state, batch, { learningRate, key: fold(KEY, 'step', epoch), epoch, epochs });
  trainer.dispose();
  return state;
}

/** Mean and covariance of rows of three numbers. */
function momentsOf(rows: readonly (readonly number[])[]) {
  const mean = INDICES.map((i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
  const spread = INDICES.map((i) =>
    INDICES.map(
      (j) => rows.reduce((sum, row) => sum + (row[i]! - mean[i]!) * (row[j]! - mean[j]!), 0) / rows.length,
    ),
  );
  return { mean, spread };
}

/** @param within the tolerance, in posterior standard deviations */
function expectPosterior(rows: readonly (readonly number[])[], within: number): void {
  const { mean, spread } = momentsOf(rows);
  for (const i of INDICES) {
    expect(Math.abs(mean[i]! - exactMean[i]!)).toBeLessThan(within * Math.sqrt(covariance[i]![i]!));
    for (const j of INDICES) {
      const scale = Math.sqrt(covariance[i]![i]! * covariance[j]![j]!);
      expect(Math.abs(spread[i]![j]! - covariance[i]![j]!)).toBeLessThan(1.5 * within * scale);
    }
  }
}

describe('a Langevin step', () => {
  const CHAINS = 1500;
  it.each([
    ['at one rate', [1, 1, 1], 1],
    ['with a rate for each weight', [1, 1.5, 0.8], 1],
    ['at a fourth of the temperature', [1, 1, 1], 0.25],
  ] as const)('keeps the posterior of a linear regression invariant, %s', (_title, scale, temperature) => {
    // Many parallel chains, one for each weight. The error of an Euler step of size h is h Lambda / 2, here some hundredths.
    const h = 0.05 / (precision[0]![0]! + precision[1]![1]!) / Math.max(...scale);
    const [w, grad, z, ones] = [0, 1, 2, 3].map(() => ops.alloc([3 * CHAINS])) as [
      Operand,
      Operand,
      Operand,
      Operand,
    ];
    ops.write(
      w,
      Array.from({ length: 3 * CHAINS }, (_, k) => exactMean[k % 3]!),
    );
    const scales = Array.from({ length: 3 * CHAINS }, (_, k) => scale[k % 3]!);
    ops.write(ones, new Float64Array(3 * CHAINS).fill(1));
    for (let step = 0; step < 600; step++) {
      const now = ops.read(w);
      // The gradient of the likelihood only.
      const slopes = now.map((_, k) => {
        const [i, chain] = [k % 3, k - (k % 3)];
        const pull = precision[i]!.reduce((sum, p, j) => sum + p * now[chain + j]!, 0) - rhs[i]!;
        return (pull - now[k]! / SIGMA ** 2) / N;
      });
      ops.write(grad, slopes);
      ops.standardNormal(z, fold(KEY, 'z', step));
      const options = { grad, noise: z, ones, learningRate: h * N, sigma: SIGMA, examples: N, temperature };
      // With one rate for all weights, the step takes another path through the code.
      langevinStep(ops, w, options, Math.max(...scale) === 1 ? undefined : scales);
    }
    const all = ops.read(w);
    const rows = Array.from({ length: CHAINS }, (_, c) =>
      INDICES.map((i) => exactMean[i]! + (all[3 * c + i]! - exactMean[i]!) / Math.sqrt(temperature)),
    );
    // Four standard errors of a mean over this number of chains.
    expectPosterior(rows, 4 / Math.sqrt(CHAINS));
  });
});

describe('SGLD on a linear regression with known noise', () => {
  it.each([
    ['', {}],
    [', preconditioned', { preconditioned: true, decay: 0.9, damping: 0.1 }],
  ])('keeps samples with the mean and the covariance of the posterior%s', (_title, options) => {
    const learningRate = 'preconditioned' in options ? 0.012 : 0.02;
    const made = sgldOf({ samples: 300, burnIn: 0.1, ...options }, learningRate);
    const state = train(made, 12_000, learningRate);
    expect([...ops.read(state.params['samples.count']!)]).toEqual([300]);
    const rows = made.model.draws(300, KEY).map((draw) => {
      const network = made.model.draw(state.params, draw);
      const w = ['layers.0.weight', 'layers.0.bias'].flatMap((name) => [...ops.read(network.weights[name]!)]);
      network.dispose();
      return w;
    });
    // The 300 samples are correlated: four standard errors.
    expectPosterior(rows, 4 / Math.sqrt(300));
    const { mean, spread } = momentsOf(rows);
    made.model.posterior(state.params).forEach(({ mu, sigma, prior, role }) => {
      expect(prior).toEqual({ mu: 0, sigma: SIGMA });
      mu.forEach((m, k) => {
        const i = role === 'bias' ? 2 : k;
        expect(m).toBeCloseTo(mean[i]!, 5);
        expect(sigma![k]).toBeCloseTo(Math.sqrt((spread[i]![i]! * 300) / 299), 5);
      });
    });
    disposeState(ops, state);
  });

  it('keeps snapshots at the ends of cycles without noise', () => {
    const made = sgldOf({ samples: 3, cycles: 3, burnIn: 0, temperature: 0 }, 0.2);
    const state = train(made, 300, 0.2);
    for (const draw of made.model.draws(3, KEY)) {
      const network = made.model.draw(state.params, draw);
      [
        ...ops.read(network.weights['layers.0.weight']!),
        ...ops.read(network.weights['layers.0.bias']!),
      ].forEach((w, i) => expect(w).toBeCloseTo(exactMean[i]!, 3));
      network.dispose();
    }
    disposeState(ops, state);
  });

  it('counts its samples from the ends of burn-ins, evenly', () => {
    const plan = { cycles: 2, burnIn: 0.5 };
    const at = [0, 0.125, 0.25, 0.375, 0.5, 0.75, 0.875, 1];
    expect(at.map((done) => sampledShare(plan, done))).toEqual([0, 0, 0, 0.25, 0.5, 0.5, 0.75, 1]);
  });

  it('gives as many samples as requested, and repeats none', () => {
    const { model } = sgldOf({ samples: 8 }, 0.1);
    const members = (count: number): unknown[] =>
      model.draws(count, KEY).map((draw) => (draw as { member: number }).member);
    expect(members(4)).toEqual([1, 3, 5, 7]);
    expect(members(100)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const params = model.init(KEY);
    expect(() => model.draw(params, 'mean')).toThrow(expect.objectContaining({ code: 'E_DRAW' }));
  });
});
