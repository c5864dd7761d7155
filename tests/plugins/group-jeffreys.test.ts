import { fold, parseOptions, rootKey, type Method, type WeightPosterior } from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import { batchesOf, toyContext, toyData, type ToyKind } from '@bbb/contract/toy';
import plugins, { gaussianLikelihood, mlp, noisyUnitsScore, unitNoiseScore } from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { jeffreysKl, logAlpha } from '../../packages/plugins/src/methods/group-jeffreys/kl.js';
import { adam } from '../support/trial.js';

const ops = referenceOps();
const KEY = rootKey(23);
const ADAM = adam(0.01);
const method: Method = plugins.methods!['group-jeffreys']!;

describe('the KL of a scale', () => {
  /**
   * KL[N(mu, sigma^2) || 1 / |z|] = E[log |z|] - log sigma + constant. With z = sigma (t + epsilon), t = mu / sigma, that is
   * E[log |t + epsilon|] + constant: 0 for pure noise, t = 0.
   */
  function integrated(t: number): number {
    const steps = 200_000;
    const h = 20 / steps;
    let sum = 0;
    // The midpoint rule never evaluates the singularity of the logarithm, which can be integrated.
    for (let i = 0; i < steps; i++) {
      const e = -10 + (i + 0.5) * h;
      const density = Math.exp((-e * e) / 2) / Math.sqrt(2 * Math.PI);
      sum += h * density * (Math.log(Math.abs(t + e)) - Math.log(Math.abs(e)));
    }
    return sum;
  }

  it.each([0.05, 0.3, 0.7, 1, 1.6, 3, 8, 40])('is within 0.01 of the integral at mu / sigma = %d', (t) => {
    const closed = jeffreysKl(logAlpha(0.8, 0.8 / t));
    expect(Math.abs(closed - integrated(t))).toBeLessThan(0.01);
  });

  it('is 0 for pure noise, and finite at a mean of 0', () => {
    expect(jeffreysKl(logAlpha(0, 0.1))).toBeCloseTo(0, 3);
  });
});

function made(
  architecture = mlp.create({ hidden: [], activation: 'relu' }, { inputShape: [3], outputs: 2 }),
) {
  const likelihood = gaussianLikelihood({ noise: 'per-input', sd: 1 }, { mean: 0, sd: 1 }, { kind: 'real' });
  const context = toyContext(ops, { architecture, likelihood }, ADAM, 1);
  return method.create(parseOptions('group-jeffreys', method.options, {}), context).model;
}

describe('draws of group-jeffreys', () => {
  it('have the means and standard deviations of the posterior, and a unit shares its scale', () => {
    const model = made();
    const params = model.init(KEY);
    ops.write(params['layers.0.weight.mu']!, [1, -2, 0.5, 3, 0, 0]);
    ops.write(params['layers.0.weight.rho']!, [-1, -20, 0, -2, -Infinity, -1]);
    ops.write(params['layers.0.scale.mu']!, [1, -0.5, 2]);
    ops.write(params['layers.0.scale.rho']!, [0, -2, 1]);
    const [posterior] = model.posterior(params);
    const draws = 4000;
    const values: number[][] = [];
    for (const draw of model.draws(draws, KEY)) {
      const network = model.draw(params, draw);
      values.push([...ops.read(network.weights['layers.0.weight']!)]);
      network.dispose();
    }
    const mean = (of: (w: number[]) => number): number => values.reduce((sum, w) => sum + of(w) / draws, 0);
    for (let i = 0; i < 6; i++) {
      const [mu, sigma] = [posterior!.mu[i]!, posterior!.sigma![i]!];
      const average = mean((w) => w[i]!);
      expect(Math.abs(average - mu)).toBeLessThanOrEqual((4 * sigma) / Math.sqrt(draws));
      expect(Math.abs(Math.sqrt(mean((w) => (w[i]! - average) ** 2)) - sigma)).toBeLessThanOrEqual(
        0.1 * sigma,
      );
    }
    expect(values.every((w) => w[4] === 0)).toBe(true);
    // Weights 0 and 1 are z v. Their common scale makes them covary: Cov = Var[z] E[v0] E[v1].
    const [m0, m1, m2] = [0, 1, 2].map((i) => mean((w) => w[i]!)) as [number, number, number];
    const covariance = mean((w) => (w[0]! - m0) * (w[1]! - m1));
    expect(covariance / (Math.log(2) ** 2 * 1 * -2)).toBeCloseTo(1, 0);
    expect(Math.abs(mean((w) => (w[0]! - m0) * (w[2]! - m2)))).toBeLessThan(0.05);
  });
});

/** Trains on a toy problem, and returns the posterior of its weights. */
function trained(kind: ToyKind, epochs: number): WeightPosterior[] {
  const data = toyData(fold(KEY, 'data'), 200, kind);
  const context = toyContext(ops, data, ADAM, 50);
  const { model, trainer } = method.create(parseOptions('group-jeffreys', method.options, {}), context);
  const state = trainer.init(model.init(KEY));
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const batch of batchesOf(ops, data, 50))
      trainer.step(state, batch, {
        learningRate: epoch < epochs / 2 ? 0.02 : 0.005,
        key: fold(KEY, epoch, batch.index),
      });
  }
  const posterior = model.posterior(state.params);
  trainer.dispose();
  return posterior;
}

describe('group-jeffreys', () => {
  it('turns the input that the target does not depend on into noise, and no other', () => {
    // The target is a sum of the first three of four inputs.
    const [first] = trained('regression', 250);
    const noise = [...first!.unitNoise!];
    expect(noise[3]).toBeGreaterThan(0);
    expect(Math.max(...noise.slice(0, 3))).toBeLessThan(-2);
  });

  it('has one noise for each input unit: all weights of a unit, or of a channel, get the same score', () => {
    for (const weights of trained('cnn', 2)) {
      if (weights.role === 'bias') {
        expect(weights.unitNoise).toBeUndefined();
        continue;
      }
      expect(weights.unitNoise!.length).toBe(weights.inputUnits);
      const scores = unitNoiseScore(weights);
      const columns = weights.shape.at(-1)!;
      scores.forEach((score, i) =>
        expect(score).toBe(-weights.unitNoise![Math.floor(i / columns) % weights.inputUnits]!),
      );
      expect(noisyUnitsScore(weights.unitNoise, 9)).toEqual(weights.unitNoise!.map((noise) => -noise));
    }
  });
});
